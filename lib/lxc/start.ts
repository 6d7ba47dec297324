/** Starting a container, from a complete definition to a running init. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { debuglog } from 'node:util';
import type { CompleteDomain } from '../definition/domain/index.js';
import { VirtError, systemError } from '../errors.js';
import { findActive, recover } from './active.js';
import { createCgroups } from './cgroup/create.js';
import { layoutCgroups, type CgroupLayout } from './cgroup/layout.js';
import { checkLimits, limitFiles } from './cgroup/limits.js';
import type { Context } from './context.js';
import { recordPrefix } from './events/journal.js';
import { launch } from './handshake.js';
import { refuseUnsafe } from './plan/refusals.js';
import { buildRunPlan, type RunFacts } from './plan/run-plan.js';
import { refuseUnsupported, type StartableDomain } from './plan/unsupported.js';
import { resolveHostNodes, type HostNode } from './security/devices/host-nodes.js';
import { deviceRules } from './security/devices/rules.js';
import type { HeldLock } from './store/lock.js';

const debug = debuglog('virtainer');

/** A start that has been found possible, and of which nothing has happened yet. */
export interface PreparedRun {
  readonly definition: StartableDomain;
  readonly cgroups: CgroupLayout;
  /** The devices of the host that the container gets. */
  readonly nodes: readonly HostNode[];
}

/** Decides where the container will live, and refuses what must not or can't be started. */
export function prepareRun(context: Context, definition: CompleteDomain): PreparedRun {
  const { where, host, hierarchies, v2Controllers } = context;
  refuseUnsupported(definition, host);
  refuseUnsafe(definition, [where.live, where.definitions, where.logs]);
  const cgroups = layoutCgroups(hierarchies, {
    name: definition.name,
    partition: definition.resource?.partition,
    run: randomBytes(4).toString('hex'),
  });
  checkLimits(cgroups.groups, v2Controllers);
  return { definition, cgroups, nodes: resolveHostNodes(definition) };
}

/** Takes the domain's place among the active ones. From here on a crash is recovered by whoever looks. */
export async function beginRun(context: Context, { definition, cgroups }: PreparedRun): Promise<void> {
  if (await findActive(context, definition.uuid)) {
    throw new VirtError('OPERATION_INVALID', `domain '${definition.name}' is already active`);
  }
  await context.live.begin(definition.uuid, definition, cgroups);
}

/** Starts what was begun. Whatever fails, nothing of the start is left. */
export async function startContainer(context: Context, lock: HeldLock, run: PreparedRun): Promise<void> {
  try {
    const limits = limitFiles(run.definition, context.v2Controllers);
    await createCgroups(run.cgroups, limits, deviceRules(run.definition, run.nodes));
    await runController(context, lock, run);
  } catch (cause) {
    await abandonRun(context, run.definition.uuid);
    throw cause;
  }
}

/** Removes what a failed start has left; the first error is the one to report. */
async function abandonRun(context: Context, uuid: string): Promise<void> {
  try {
    await recover(context, uuid);
    // A controller that failed has cleaned up by itself, and left it to us to say so.
    if (await context.definitions.exists(uuid)) await context.live.writeExit(uuid, 'failed');
  } catch (error) {
    debug('cannot clean up after a failed start of %s: %s', uuid, error);
  }
}

async function runController(context: Context, lock: HeldLock, run: PreparedRun): Promise<void> {
  const { definition } = run;
  const plan = buildRunPlan(definition, runFacts(context, run));
  const nothing = openSync('/dev/null', 'r');
  let log: number | undefined;
  try {
    log = openLog(join(context.where.logs, `${definition.uuid}.log`));
    const doing = `cannot start domain '${definition.name}'`;
    const handshake = await launch(plan, doing, { stdio: [nothing, log, log], extra: [lock.fd] });
    try {
      const { times } = await handshake.running;
      debug('stages of the start of %s: %o', definition.name, times);
    } finally {
      handshake.close();
    }
  } finally {
    closeSync(nothing);
    if (log !== undefined) closeSync(log);
  }
}

function runFacts(context: Context, { definition, cgroups, nodes }: PreparedRun): RunFacts {
  const { uuid } = definition;
  return {
    stateFolder: context.live.folder(uuid),
    journal: context.where.journal,
    journalPrefix: recordPrefix(definition),
    definitionFile: context.definitions.path(uuid),
    consoleLog: join(context.where.logs, `${uuid}.console.log`),
    resumedFile: context.live.resumedFile(uuid),
    cgroups,
    nodes,
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
