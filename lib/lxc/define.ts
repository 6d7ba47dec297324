/** Defining, undefining and creating domains: where names and uuids are given away. */
import type { CompleteDomain } from '../definition/domain/index.js';
import type { DefinitionChange, Scope } from '../driver.js';
import { VirtError } from '../errors.js';
import { findActive, requireActive } from './active.js';
import { DEFAULT_PARTITION } from './cgroup/layout.js';
import { record, type Context } from './context.js';
import { checkIdentity, requireDomain } from './domains.js';
import { startContainer } from './start.js';
import type { HeldLock } from './store/lock.js';

/** The one lock that is not a domain's: held while a name is looked up and given away, never during a start. */
const NAMES_LOCK = 'names';

export async function defineDomain(context: Context, definition: CompleteDomain): Promise<void> {
  await withLock(context, definition.uuid, () =>
    withLock(context, NAMES_LOCK, async () => {
      await checkIdentity(context, definition);
      const isNew = (await context.definitions.load(definition.uuid)) === undefined;
      await context.definitions.save(withoutTerminals(definition));
      await record(context, definition, 'defined', isNew ? 'added' : 'updated');
    }),
  );
}

export async function undefineDomain(context: Context, uuid: string): Promise<void> {
  await withLock(context, uuid, async (lock) => {
    const { persistent, name } = await requireDomain(context, uuid);
    if (!persistent) throw new VirtError('OPERATION_INVALID', 'Cannot undefine transient domain');
    await context.definitions.remove(uuid);
    await record(context, { uuid, name }, 'undefined', 'removed');
    if (await findActive(context, uuid)) return;
    await context.live.forget(uuid);
    lock.remove();
  });
}

/** For a caller who holds the domain's lock. Both definitions are read before either is written. */
export async function updateDefinition(
  context: Context,
  uuid: string,
  scopes: readonly Scope[],
  change: DefinitionChange,
): Promise<void> {
  const config = scopes.includes('config') ? await requireConfig(context, uuid) : undefined;
  const live = scopes.includes('live') ? (await requireActive(context, uuid)).record : undefined;
  if (config) await context.definitions.save(change(config));
  if (live) await context.live.write(uuid, { ...live, definition: change(live.definition) });
}

async function requireConfig(context: Context, uuid: string): Promise<CompleteDomain> {
  const definition = await context.definitions.load(uuid);
  if (definition) return definition;
  throw new VirtError('OPERATION_INVALID', 'transient domains do not have any persistent config');
}

/** Starts a definition that need not be stored: a transient domain, or one run of a persistent one. */
export async function createDomain(context: Context, definition: CompleteDomain): Promise<void> {
  await withLock(context, definition.uuid, async (lock) => {
    await withLock(context, NAMES_LOCK, async () => {
      await checkIdentity(context, definition);
      if (await findActive(context, definition.uuid)) {
        throw new VirtError('OPERATION_INVALID', `domain '${definition.name}' is already active`);
      }
      // From here on the name is taken, although nothing runs yet.
      await context.live.begin(definition.uuid, definition, { groups: [], partitions: [], supervisors: [] });
    });
    await startContainer(context, lock, liveDefinition(definition));
  });
}

export async function startDomain(context: Context, uuid: string): Promise<void> {
  await withLock(context, uuid, async (lock) => {
    const definition = await context.definitions.load(uuid);
    if (!definition) {
      await requireDomain(context, uuid);
      throw new VirtError('OPERATION_INVALID', 'domain is already running');
    }
    await startContainer(context, lock, liveDefinition(definition));
  });
}

/** What a running domain has that its definition does not: terminals and the partition it is in. */
function liveDefinition(definition: CompleteDomain): CompleteDomain {
  const { devices, resource } = definition;
  const consoles = devices.consoles.map((console, index) => ({ ...console, tty: `/dev/pts/${index}` }));
  return {
    ...definition,
    resource: { partition: resource?.partition ?? DEFAULT_PARTITION },
    devices: { ...devices, consoles },
  };
}

/** Terminals belong to a run: a live definition that is stored loses them. */
function withoutTerminals(definition: CompleteDomain): CompleteDomain {
  const { devices } = definition;
  return {
    ...definition,
    devices: { ...devices, consoles: devices.consoles.map(({ type, port }) => ({ type, port })) },
  };
}

export async function withLock<T>(
  context: Context,
  name: string,
  use: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const lock = await context.locks.acquire(name);
  try {
    return await use(lock);
  } finally {
    lock.release();
  }
}
