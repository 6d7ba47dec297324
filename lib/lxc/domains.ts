/** What is known of a domain from its files and the kernel, and the rules about names and uuids. */
import type { CompleteDomain } from '../definition/domain/index.js';
import type { DomainState, DomainSummary, StateReason } from '../driver.js';
import { VirtError } from '../errors.js';
import { findActive, recoverIfStale, type ActiveDomain } from './active.js';
import { isFrozen } from './cgroup/freezer.js';
import type { Context } from './context.js';

export async function listDomains(context: Context): Promise<DomainSummary[]> {
  const uuids = new Set([...(await context.definitions.list()), ...(await context.live.list())]);
  const summaries = await Promise.all([...uuids].map((uuid) => summarizeOrWarn(context, uuid)));
  return summaries.filter((summary) => summary !== undefined);
}

/** A damaged definition must not hide the other domains: it is left out, and reported once. */
async function summarizeOrWarn(context: Context, uuid: string): Promise<DomainSummary | undefined> {
  try {
    return await summarize(context, uuid);
  } catch (cause) {
    warnOnce(context, uuid, cause);
    return undefined;
  }
}

/** For a domain that is left out of a list. */
export function warnOnce(context: Context, uuid: string, cause: unknown): void {
  const message = cause instanceof VirtError ? cause.message : `cannot read domain ${uuid}: ${String(cause)}`;
  if (!context.warnings.has(message)) process.emitWarning(message, { code: 'VIRTAINER_UNREADABLE_DOMAIN' });
  context.warnings.add(message);
}

/** Undefined when the domain does not exist. */
export async function summarize(context: Context, uuid: string): Promise<DomainSummary | undefined> {
  await recoverIfStale(context, uuid);
  const [active, persistent] = await Promise.all([
    findActive(context, uuid),
    context.definitions.exists(uuid),
  ]);
  // A damaged definition file makes no running domain vanish.
  const definition = active?.record.definition ?? (await context.definitions.load(uuid));
  if (!definition) return undefined;
  return {
    uuid,
    name: definition.name,
    persistent,
    autostart: persistent && (await context.definitions.isAutostart(uuid)),
    ...(active ? await activeState(context, uuid, active) : await inactiveState(context, uuid)),
  };
}

type StatePart = Pick<DomainSummary, 'id' | 'state' | 'reason' | 'lastExit'>;

async function activeState(context: Context, uuid: string, active: ActiveDomain): Promise<StatePart> {
  // A container that ends while it is looked at has no cgroup any more, and is not frozen.
  const frozen = await isFrozen(active.record.cgroups.groups).catch(() => false);
  const state: DomainState = frozen ? 'paused' : 'running';
  const reason: StateReason = frozen ? 'user' : (await context.live.wasResumed(uuid)) ? 'unpaused' : 'booted';
  return { id: active.controller.pid, state, reason };
}

async function inactiveState(context: Context, uuid: string): Promise<StatePart> {
  const exit = await context.live.exit(uuid);
  if (!exit) return { id: -1, state: 'shutoff', reason: 'unknown' };
  const { reason, ...lastExit } = exit;
  const known = lastExit.exitCode !== null || lastExit.signal !== null;
  return { id: -1, state: 'shutoff', reason, ...(known ? { lastExit } : {}) };
}

/**
 * @throws VirtError NO_DOMAIN
 */
export async function requireDomain(context: Context, uuid: string): Promise<DomainSummary> {
  const summary = await summarize(context, uuid);
  if (summary) return summary;
  throw new VirtError('NO_DOMAIN', `no domain with matching uuid '${uuid}'`);
}

/**
 * A name and a uuid belong together: neither may already belong to another.
 * @throws VirtError OPERATION_FAILED as libvirt does.
 */
export async function checkIdentity(context: Context, definition: CompleteDomain): Promise<void> {
  for (const { uuid, name } of await takenIdentities(context)) {
    if (name === definition.name && uuid !== definition.uuid) {
      throw new VirtError('OPERATION_FAILED', `domain '${name}' is already defined with uuid ${uuid}`);
    }
    if (uuid === definition.uuid && name !== definition.name) {
      throw new VirtError('OPERATION_FAILED', `domain '${name}' already exists with uuid ${uuid}`);
    }
  }
}

/** Names and uuids that are given away, also to starts that are still under way. */
async function takenIdentities(context: Context): Promise<readonly Pick<CompleteDomain, 'uuid' | 'name'>[]> {
  const domains = await listDomains(context);
  const known = new Set(domains.map(({ uuid }) => uuid));
  const starting = (await context.live.list()).filter((uuid) => !known.has(uuid));
  const records = await Promise.all(starting.map((uuid) => context.live.read(uuid)));
  return [...domains, ...records.flatMap((record) => record?.definition ?? [])];
}
