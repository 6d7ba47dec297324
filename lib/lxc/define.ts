/** Defining, undefining, creating and starting domains: where names and uuids are given away. */
import { withoutTerminals, type CompleteDomain } from '../definition/domain/index.js';
import { securityProfile } from '../definition/security/index.js';
import type { DefinitionChange, Scope } from '../driver.js';
import { VirtError } from '../errors.js';
import {
  findActive,
  notRunning,
  waitForEnd,
  whileActive,
  withDomainLock,
  type ActiveDomain,
} from './active.js';
import { DEFAULT_PARTITION } from './cgroup/layout.js';
import { record, type Context } from './context.js';
import { checkIdentity, requireDomain } from './domains.js';
import { changeKernelLimits } from './limits.js';
import { isAlive } from './process.js';
import { beginRun, prepareRun, startContainer } from './start.js';
import type { LiveRecord } from './store/live-record.js';

/** The one lock that is not a domain's: held while a name is looked up and given away, never during a start. */
const NAMES_LOCK = 'names';

export async function defineDomain(context: Context, definition: CompleteDomain): Promise<void> {
  const { uuid } = definition;
  await withDomainLock(context, uuid, () =>
    withNames(context, async () => {
      await checkIdentity(context, definition);
      const isNew = !(await context.definitions.exists(uuid));
      await context.definitions.save(withoutTerminals(definition));
      if (isNew && !(await findActive(context, uuid))) await context.live.forget(uuid);
      await record(context, definition, 'defined', isNew ? 'added' : 'updated');
    }),
  );
}

export async function undefineDomain(context: Context, uuid: string): Promise<void> {
  await withDomainLock(context, uuid, async () => {
    const { persistent, name } = await requireDomain(context, uuid);
    if (!persistent) throw new VirtError('OPERATION_INVALID', 'Cannot undefine transient domain');
    await context.definitions.remove(uuid);
    await record(context, { uuid, name }, 'undefined', 'removed');
    if (!(await findActive(context, uuid))) await context.live.forget(uuid);
  });
}

/** Starts a definition that need not be stored: a transient domain, or one run of a persistent one. */
export async function createDomain(context: Context, definition: CompleteDomain): Promise<void> {
  await withDomainLock(context, definition.uuid, async (lock) => {
    const run = prepareRun(context, liveDefinition(definition));
    await withNames(context, async () => {
      await checkIdentity(context, definition);
      // From here on the name is taken, although nothing runs yet.
      await beginRun(context, run);
    });
    await startContainer(context, lock, run);
  });
}

export async function startDomain(context: Context, uuid: string): Promise<void> {
  await withDomainLock(context, uuid, async (lock) => {
    const definition = await context.definitions.load(uuid);
    if (!definition || (await findActive(context, uuid))) {
      await requireDomain(context, uuid);
      throw new VirtError('OPERATION_INVALID', 'domain is already running');
    }
    const run = prepareRun(context, liveDefinition(definition));
    await beginRun(context, run);
    await startContainer(context, lock, run);
  });
}

/**
 * For a caller who holds the domain's lock. Both definitions are changed before either is written, the live one first:
 * what can't be done in a running container is told before what its stored definition lacks.
 */
export async function updateDefinition(
  context: Context,
  uuid: string,
  scopes: readonly Scope[],
  change: DefinitionChange,
): Promise<void> {
  const stored = scopes.includes('config') ? await requireConfig(context, uuid) : undefined;
  if (!scopes.includes('live')) {
    if (stored) await context.definitions.save(change(stored, 'config'));
    return;
  }
  await whileActive(context, uuid, async (active) => {
    const changed = changedRecord(active.record, change);
    const config = stored && change(stored, 'config');
    const undo = await changeKernelLimits(active.record, changed, change.limits);
    try {
      if (config) await context.definitions.save(config);
      await rewriteRecord(context, active, changed);
    } catch (cause) {
      // The first error is the one to report.
      if (stored) await context.definitions.save(stored).catch(() => undefined);
      await undo().catch(() => undefined);
      throw cause;
    }
  });
}

function changedRecord(live: LiveRecord, change: DefinitionChange): LiveRecord {
  const definition = change(live.definition, 'live');
  // What the record says holds, also when it was an earlier version that chose a default.
  if (definition.extensions?.pids?.limit === live.definition.extensions?.pids?.limit)
    return { ...live, definition };
  const { pids } = securityProfile(definition, live.security.kind);
  return { ...live, definition, security: { ...live.security, pids } };
}

/** The controller of a run that ends may have removed the record already: then it is not to come back. */
async function rewriteRecord(
  context: Context,
  { init, controller, record: { definition } }: ActiveDomain,
  changed: LiveRecord,
): Promise<void> {
  const { uuid } = definition;
  await context.live.write(uuid, changed);
  if (isAlive(init)) return;
  await waitForEnd(controller);
  // It stays over a reboot, and what a killed one has left is found by this record.
  if (await context.live.controller(uuid)) return;
  await context.live.end(uuid);
  if (!(await context.definitions.exists(uuid))) await context.live.forget(uuid);
  throw notRunning();
}

async function requireConfig(context: Context, uuid: string): Promise<CompleteDomain> {
  const definition = await context.definitions.load(uuid);
  if (definition) return definition;
  throw new VirtError('OPERATION_INVALID', 'transient domains do not have any persistent config');
}

/** What a running domain has that its definition does not: terminals and the partition it is in. */
function liveDefinition(definition: CompleteDomain): CompleteDomain {
  const { devices, resource } = definition;
  const consoles = devices.consoles.map((console, index) => ({ ...console, tty: `/dev/pts/${index}` }));
  return {
    ...definition,
    resource: { ...resource, partition: resource?.partition ?? DEFAULT_PARTITION },
    devices: { ...devices, consoles },
  };
}

async function withNames(context: Context, use: () => Promise<void>): Promise<void> {
  const lock = await context.locks.acquire(NAMES_LOCK);
  try {
    await use();
  } finally {
    lock.release();
  }
}
