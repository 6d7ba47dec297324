/**
 * What a container may do with which devices: data only. Everything that no rule allows is denied.
 * The kernel asks at every open and mknod of a device node, wherever the node comes from.
 */
import type { CapabilityName } from '../../../definition/domain/index.js';
import { uniteAccess, type DeviceAccess } from './access.js';
import type { HostNode } from './host-nodes.js';

/** A character or a block device. */
export type DeviceKind = 'c' | 'b';

export interface DeviceRule {
  readonly kind: DeviceKind;
  readonly major: number;
  /** `*`: every device of this major number. */
  readonly minor: number | '*';
  readonly access: DeviceAccess;
}

/** What every program expects to find: libvirt's list without fuse. */
const EVERYWHERE: readonly (readonly [major: number, minor: number | '*'])[] = [
  [1, 3], // null
  [1, 5], // zero
  [1, 7], // full
  [1, 8], // random
  [1, 9], // urandom
  [5, 0], // tty
  [5, 1], // console
  [5, 2], // ptmx
  [136, '*'], // pts
];

/**
 * The rules of a container. No device may be made but by a container that keeps CAP_MKNOD, and that one may make
 * only what it may use: a node of any other could be opened by somebody else, who is not bound by these rules.
 *
 * @param capabilities - what its root keeps
 * @param nodes - the host's devices that the definition gives to the container
 */
export function deviceRules(
  capabilities: readonly CapabilityName[],
  nodes: readonly HostNode[],
): DeviceRule[] {
  const makes = capabilities.includes('mknod');
  const rules = [
    ...EVERYWHERE.map(([major, minor]): DeviceRule => ({ kind: 'c', major, minor, access: 'rw' })),
    ...nodes.map(({ kind, major, minor, readonly }): DeviceRule => {
      return { kind, major, minor, access: readonly ? 'r' : 'rw' };
    }),
  ];
  return mergeRules(
    makes ? rules.map((rule) => ({ ...rule, access: uniteAccess(rule.access, 'm') })) : rules,
  );
}

/**
 * One rule for each device: the kernel allows an access only when one rule allows all of it, so that `r` and `w` in
 * two rules would not be `rw`.
 */
export function mergeRules(rules: readonly DeviceRule[]): DeviceRule[] {
  const merged = new Map<string, DeviceRule>();
  for (const rule of rules) {
    const device = deviceOf(rule);
    const before = merged.get(device);
    merged.set(device, before ? { ...rule, access: uniteAccess(before.access, rule.access) } : rule);
  }
  return [...merged.values()];
}

/** `c 1:3`, as the files of cgroup v1 call a device. */
export function deviceOf({ kind, major, minor }: Omit<DeviceRule, 'access'>): string {
  return `${kind} ${major}:${minor}`;
}
