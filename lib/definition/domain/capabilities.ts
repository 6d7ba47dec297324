/** @see https://libvirt.org/formatdomain.html#container-capabilities */
import { quote } from '../../errors.js';
import { compact, compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

export const CAPABILITIES_POLICIES = ['default', 'allow', 'deny'] as const;
/** What happens to the capabilities that are not named. */
export type CapabilitiesPolicy = (typeof CAPABILITIES_POLICIES)[number];
export const CAPABILITY_STATES = ['on', 'off'] as const;
export type CapabilityState = (typeof CAPABILITY_STATES)[number];

/** Capability names in the kernel's order: the index is the kernel's number. */
export const CAPABILITIES = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;
/** A capability: the kernel's name in lower case, without `cap_`. */
export type CapabilityName = (typeof CAPABILITIES)[number];

/**
 * Which capabilities a container keeps. `default` keeps all but a few that would harm the host, `allow` keeps
 * all, `deny` keeps none; each as changed by `states`.
 * @see https://libvirt.org/formatdomain.html#container-capabilities
 */
export interface CapabilitiesFeature {
  readonly policy: CapabilitiesPolicy;
  readonly states?: Readonly<Partial<Record<CapabilityName, CapabilityState>>>;
}

/** What policy `default` takes away unless it is switched on. */
const DROPPED_BY_DEFAULT: readonly CapabilityName[] = [
  'sys_module',
  'sys_time',
  'mknod',
  'audit_control',
  'mac_admin',
];

/** The capabilities a container of libvirt's is left with, in the kernel's order. */
export function keptCapabilities(feature: CapabilitiesFeature | undefined): readonly CapabilityName[] {
  const kept = CAPABILITIES.filter((name) => !DROPPED_BY_DEFAULT.includes(name));
  return applyCapabilityStates(feature, kept);
}

/**
 * The capabilities a container is left with, in the kernel's order.
 * @param byDefault - what policy `default` leaves
 */
export function applyCapabilityStates(
  feature: CapabilitiesFeature | undefined,
  byDefault: readonly CapabilityName[],
): readonly CapabilityName[] {
  const { policy, states } = feature ?? { policy: 'default' };
  return CAPABILITIES.filter((name) => {
    const state = states?.[name];
    if (state !== undefined) return state === 'on';
    return policy === 'allow' || (policy === 'default' && byDefault.includes(name));
  });
}

export function parseCapabilities(
  capabilities: ElementReader | undefined,
): Draft<CapabilitiesFeature> | undefined {
  if (!capabilities) return undefined;
  const states = capabilities
    .elements()
    .map((child) => [child.element.name, child.attribute('state').oneOf(CAPABILITY_STATES) ?? 'on'] as const);
  return {
    policy: capabilities.attribute('policy').oneOf(CAPABILITIES_POLICIES) ?? 'default',
    states: Object.fromEntries(states),
  };
}

export function checkCapabilities(fields: Fields): CapabilitiesFeature | undefined {
  const capabilities = fields.fields('capabilities');
  return capabilities && readAll(capabilities, checkFeature);
}

function checkFeature(fields: Fields): CapabilitiesFeature | undefined {
  const policy = fields.requiredOneOf('policy', CAPABILITIES_POLICIES);
  const given = fields.fields('states');
  const states = given && compactOrNothing(readAll(given, checkStates));
  return policy === 'default' && !states ? undefined : compact({ policy, states });
}

function checkStates(fields: Fields): Partial<Record<CapabilityName, CapabilityState>> {
  const unknown = fields.keys().find((key) => !CAPABILITIES.some((name) => name === key));
  if (unknown !== undefined) {
    throw refusal('CONFIG_UNSUPPORTED', `unexpected capability feature ${quote(unknown)} in <capabilities>`);
  }
  // libvirt prints them by name.
  const names = CAPABILITIES.toSorted();
  return Object.fromEntries(names.map((name) => [name, fields.oneOf(name, CAPABILITY_STATES)]));
}

export function formatCapabilities(capabilities: CapabilitiesFeature | undefined): OutputElement | undefined {
  return (
    capabilities &&
    element(
      'capabilities',
      { policy: capabilities.policy },
      Object.entries(capabilities.states ?? {}).map(([name, state]) => element(name, { state })),
    )
  );
}
