/** Why keys of lxc-tools have no place in a definition. */

/** By the beginning of the key; the first that fits. */
const REASONS: readonly (readonly [prefix: string, reason: string])[] = [
  ['lxc.include', 'other files are not read: give the whole configuration'],
  ['lxc.autodev', 'a container always has a /dev of its own'],
  ['lxc.pty', 'a container always has a devpts of its own'],
  ['lxc.pts', 'a container always has a devpts of its own'],
  ['lxc.mount.auto', '/proc and /sys are mounted anyway'],
  ['lxc.cgroup.devices', 'the devices of a container follow from its definition'],
  ['lxc.cgroup2.devices', 'the devices of a container follow from its definition'],
  ['lxc.cgroup', 'no element sets this file of a cgroup'],
  ['lxc.hook', 'programs of the host are not run: act on the events of the connection'],
  ['lxc.start', 'not part of a definition: see autostart'],
  ['lxc.group', 'not part of a definition: see autostart'],
  ['lxc.monitor', 'a container has a controller of its own'],
  ['lxc.log', 'the controller keeps its own log'],
  ['lxc.console', 'consoles are pseudo terminals'],
  ['lxc.seccomp', 'the format of the profile is another: see the extension seccomp'],
  ['lxc.apparmor', 'write a <seclabel>'],
  ['lxc.aa_', 'write a <seclabel>'],
  ['lxc.selinux', 'write a <seclabel>'],
  ['lxc.se_', 'write a <seclabel>'],
  ['lxc.signal', 'how a container is asked to stop is decided when it is'],
  ['lxc.haltsignal', 'how a container is asked to stop is decided when it is'],
  ['lxc.rebootsignal', 'how a container is asked to stop is decided when it is'],
  ['lxc.stopsignal', 'how a container is asked to stop is decided when it is'],
];

export function reasonFor(key: string): string | undefined {
  return REASONS.find(([prefix]) => key.startsWith(prefix))?.[1];
}
