/**
 * The AppArmor profile that is made for one container. Its rules are those of a container's namespaces, capabilities
 * and mounts said once more, for the day on which one of these fails.
 * @see https://manpages.debian.org/apparmor.d.5
 */
import type { SecurityKind } from '../types.js';

/** Families of sockets: the others, AF_ALG, AF_PACKET and AF_VSOCK among them, are denied by not being here. */
const FAMILIES = ['inet', 'inet6', 'unix', 'netlink'] as const;
/** Capabilities that reach the host's kernel, whatever the user namespace. */
const NEVER = ['mac_admin', 'mac_override', 'sys_module', 'sys_rawio', 'audit_control'] as const;
/** File systems that show the host's kernel; an operating system mounts others for its services. */
const HOST_FILE_SYSTEMS = [
  'bpf',
  'configfs',
  'debugfs',
  'efivarfs',
  'pstore',
  'securityfs',
  'selinuxfs',
  'tracefs',
] as const;

export interface ProfileOptions {
  readonly name: string;
  readonly kind: SecurityKind;
  /** Profile of this process, which signals the container; undefined when it has none. */
  readonly supervisor?: string | undefined;
}

export function formatProfile({ name, kind, supervisor }: ProfileOptions): string {
  const isSystem = kind === 'systemd' || kind === 'booted';
  const self = quoteName(name);
  const peers = ['unconfined', ...(supervisor === undefined ? [] : [quoteName(supervisor)])];
  const rules = [
    'file,',
    'capability,',
    ...NEVER.map((capability) => `deny capability ${capability},`),
    ...FAMILIES.map((family) => `network ${family},`),
    ...(kind === 'booted' ? ['network packet,'] : []),
    'deny network alg,',
    `signal (send, receive) peer=${self},`,
    ...peers.map((peer) => `signal (receive) peer=${peer},`),
    // Neither reading nor tracing anybody else: /proc/PID/{mem,environ,...} are read accesses of this kind.
    `ptrace (trace, read, tracedby, readby) peer=${self},`,
    ...(supervisor === undefined ? [] : [`ptrace (readby) peer=${quoteName(supervisor)},`]),
    ...(isSystem ? systemMounts() : ['deny mount,', 'deny umount,', 'deny pivot_root,']),
    ...procRules(kind === 'booted'),
    ...sysRules(isSystem),
    // No way into another profile, nor back to none.
    'deny change_profile,',
  ];
  const flags = 'flags=(attach_disconnected, mediate_deleted)';
  return `profile ${self} ${flags} {\n${rules.map((rule) => `  ${rule}\n`).join('')}}\n`;
}

function systemMounts(): readonly string[] {
  return [
    'mount,',
    'umount,',
    'pivot_root,',
    ...HOST_FILE_SYSTEMS.map((type) => `deny mount fstype=${type},`),
  ];
}

/** Processes' own folders only; of /proc/sys an operating system gets what its network namespace has. */
function procRules(ownNetwork: boolean): readonly string[] {
  const settings = ownNetwork
    ? [
        `deny /proc/${allBut('sys', '1-9')}/** wl,`,
        'deny /proc/sys/* wl,',
        `deny /proc/sys/${allBut('net')}/** wl,`,
      ]
    : ['deny /proc/[^1-9]*/** wl,'];
  return [
    'deny /proc/* wl,',
    ...settings,
    'deny /proc/{sysrq-trigger,kcore,kmem,mem,kmsg,keys,timer_list} rwklx,',
    'deny /proc/{acpi,scsi}/** rwklx,',
    'deny /proc/[0-9]*/attr/{,apparmor/,selinux/,smack/}{current,exec,fscreate,keycreate,sockcreate} wl,',
  ];
}

function sysRules(ownCgroups: boolean): readonly string[] {
  const writes = ownCgroups
    ? [`deny /sys/${allBut('fs')}/** wklx,`, `deny /sys/fs/${allBut('cgroup')}/** wklx,`]
    : ['deny /sys/** wklx,'];
  return [
    ...writes,
    'deny /sys/firmware/** rwklx,',
    'deny /sys/kernel/{debug,security,tracing}/** rwklx,',
    'deny /sys/devices/virtual/powercap/** rwklx,',
    'deny /sys/fs/{bpf,pstore,selinux}/** rwklx,',
  ];
}

/** A pattern of every name but this one, and but those that begin with one of these characters. */
function allBut(name: string, initials = ''): string {
  const alternatives = Array.from(name, (character, index) => {
    const prefix = name.slice(0, index);
    const other = `${prefix}[^${index === 0 ? initials : ''}${character}]*`;
    return index === 0 ? [other] : [prefix, other];
  }).flat();
  return `{${[...alternatives, `${name}?*`].join(',')}}`;
}

/** As a string in which no character has a meaning. */
export function quoteName(name: string): string {
  return `"${name.replace(/[\\"*?[\]{}^,@$]/gu, '\\$&')}"`;
}
