/** Which namespaces a container has, and whose ids its users are. */
import type { CompleteDomain, TimeOffsets } from '../../definition/domain/index.js';
import type { SharedNamespace } from '../security/shared-namespaces.js';
import type { IdMaps, UserIds } from '../security/user-ids.js';
import type { Plan } from './steps.js';

/** The first descriptor of those that a plan may name: after stdio, the handshake, the plan and the lock. */
const FIRST_INHERITED = 6;

/** What a container is kept apart by, as claimed for this start. */
export interface NamespaceFacts {
  /** `undefined`: the host's users. */
  readonly ids: (IdMaps & Pick<UserIds, 'mapsMounts'>) | undefined;
  readonly shared: readonly Pick<SharedNamespace, 'kind' | 'origin'>[];
  /** How many descriptors the controller only keeps open; they come after those of `shared`. */
  readonly claims: number;
}

export function planNamespaces(plan: Plan, definition: CompleteDomain, facts: NamespaceFacts): void {
  const { ids, shared, claims } = facts;
  const own = (kind: string): string[] => (shared.some((other) => other.kind === kind) ? [] : [kind]);
  const user = ids ? ['user'] : [];
  plan.add(
    '<domain>',
    'namespaces',
    ...user,
    'mount',
    'pid',
    ...own('net'),
    ...own('ipc'),
    ...own('uts'),
    'cgroup',
    'time',
  );
  shared.forEach(({ kind, origin }, index) =>
    plan.add(origin, 'inherit-namespace', kind, FIRST_INHERITED + index),
  );
  for (let index = 0; index < claims; index++)
    plan.add('<domain>', 'keep-descriptor', FIRST_INHERITED + shared.length + index);
  if (ids) planIds(plan, ids);
  if (ids) plan.add('<domain>', 'nested-user-namespaces', 0);
  planClocks(plan, definition.extensions?.timeOffsets);
  if (own('uts').length > 0) plan.add('<name>', 'hostname', hostname(definition));
  if (own('net').length > 0) plan.add('<features>', 'loopback-up');
}

function planClocks(plan: Plan, offsets: TimeOffsets = {}): void {
  for (const clock of ['monotonic', 'boottime'] as const) {
    const offset = offsets[clock];
    if (!offset) continue;
    plan.add(`<virtainer:${clock}>`, 'time-offset', clock, offset.seconds, offset.nanoseconds ?? 0);
  }
}

function planIds(plan: Plan, { uids, gids }: IdMaps): void {
  for (const { start, target, count } of uids) plan.add('<idmap>', 'uid-map', start, target, count);
  for (const { start, target, count } of gids) plan.add('<idmap>', 'gid-map', start, target, count);
}

/** Those of a container in which a command runs. */
export function planJoin(plan: Plan, ids: IdMaps | undefined): void {
  const user = ids ? ['user'] : [];
  plan.add('exec', 'join-namespaces', ...user, 'mount', 'pid', 'net', 'ipc', 'uts', 'cgroup', 'time');
  if (ids) planIds(plan, ids);
}

const MAX_HOSTNAME = 64;

/** The name's letters, digits and dashes, as libvirt; never empty, which would leave the host's name. */
export function hostname(definition: Pick<CompleteDomain, 'name' | 'uuid'>): string {
  const name = definition.name.replace(/[^A-Za-z0-9-]/g, '').slice(0, MAX_HOSTNAME);
  return name === '' ? `lxc-${definition.uuid.slice(0, 8)}` : name;
}
