/** @see https://libvirt.org/formatdomain.html#hypervisor-features */

export const CAPABILITIES_POLICIES = ['default', 'allow', 'deny'] as const;
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
export type CapabilityName = (typeof CAPABILITIES)[number];

export interface CapabilitiesFeature {
  readonly policy: CapabilitiesPolicy;
  readonly states?: Readonly<Partial<Record<CapabilityName, CapabilityState>>>;
}
export interface Features {
  /** A private network even without interfaces. Containers of this driver always have one. */
  readonly privnet?: boolean;
  readonly capabilities?: CapabilitiesFeature;
}
