/** Starting a container, from a complete definition to a running init. */
import { closeSync, constants, openSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CompleteDomain } from '../definition/domain/index.js';
import { VirtError, systemError } from '../errors.js';
import { createCgroups, removeCgroups } from './cgroup/create.js';
import { layoutCgroups, type CgroupLayout } from './cgroup/layout.js';
import { checkLimits, limitFiles } from './cgroup/limits.js';
import { findActive, recover } from './active.js';
import type { Context } from './context.js';
import { recordPrefix } from './events/journal.js';
import { launch } from './handshake.js';
import { refuseUnsafe } from './plan/refusals.js';
import { buildRunPlan, type RunFacts } from './plan/run-plan.js';
import { Rollback } from './rollback.js';
import { LIVE_FILES } from './store/live.js';
import type { HeldLock } from './store/lock.js';

/** Starts a domain whose lock is held. Whatever fails, nothing of the start is left. */
export async function startContainer(
  context: Context,
  lock: HeldLock,
  definition: CompleteDomain,
): Promise<void> {
  const { uuid, name } = definition;
  await recover(context, uuid);
  if (await findActive(context, uuid)) throw new VirtError('OPERATION_INVALID', 'domain is already running');
  refuseUnsafe(definition, [context.where.live, context.where.definitions]);
  const cgroups = layoutCgroups(context.hierarchies, {
    name,
    partition: definition.resource?.partition,
    run: randomBytes(4).toString('hex'),
  });
  checkLimits(definition, cgroups.groups, context.v2Controllers);

  const persistent = (await context.definitions.load(uuid)) !== undefined;
  const undo = new Rollback();
  try {
    undo.add(() => context.live.fail(uuid, persistent));
    await context.live.begin(uuid, definition, cgroups);
    undo.add(() => removeCgroups(cgroups));
    await createCgroups(cgroups, limitFiles(definition, context.v2Controllers));
    await runController(context, lock, definition, cgroups);
  } catch (cause) {
    await undo.run();
    throw cause;
  }
}

async function runController(
  context: Context,
  lock: HeldLock,
  definition: CompleteDomain,
  cgroups: CgroupLayout,
): Promise<void> {
  const plan = buildRunPlan(definition, runFacts(context, definition, cgroups));
  const nothing = openSync('/dev/null', 'r');
  let log: number | undefined;
  try {
    log = openLog(join(context.where.logs, `${definition.uuid}.log`));
    const doing = `cannot start domain '${definition.name}'`;
    const handshake = await launch(plan, doing, { stdio: [nothing, log, log], extra: [lock.fd] });
    try {
      await handshake.running;
    } finally {
      handshake.close();
    }
  } finally {
    closeSync(nothing);
    if (log !== undefined) closeSync(log);
  }
}

function runFacts(context: Context, definition: CompleteDomain, cgroups: CgroupLayout): RunFacts {
  const stateFolder = context.live.folder(definition.uuid);
  return {
    stateFolder,
    journal: context.where.journal,
    journalPrefix: recordPrefix(definition),
    definitionFile: context.definitions.path(definition.uuid),
    consoleLog: join(context.where.logs, `${definition.uuid}.console.log`),
    liveFiles: LIVE_FILES.map((file) => join(stateFolder, file)),
    cgroups,
  };
}

function openLog(path: string): number {
  try {
    return openSync(
      path,
      constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
      0o600,
    );
  } catch (cause) {
    throw systemError('cannot open the domain log', cause, { path });
  }
}
