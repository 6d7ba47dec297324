/** the kernel's entry, past what a container may call. */
import { readFileSync } from 'node:fs';
import { useArena } from '../arena.js';
import { describeAttacks } from '../harness.js';
import { evidenceOf } from '../lines.js';
import type { Kind } from '../weakened.js';

/** An init system makes namespaces and mounts for its services; only a user namespace gives nobody new rights. */
const SYSTEM_MAY = [
  /^A-070\/clone3$/,
  /^A-074\/clone\/(mount|net|pid|ipc|uts|cgroup)(-high)?$/,
  /^A-075\/(chroot|pivot_root|mount|umount|fsopen|open_tree|setns|name_to_handle_at|reboot)$/,
  // Of a namespace that it is in already, or of processes that it has started.
  /^A-077\/setns\/proc\/1\/ns\/(mnt|net)$/,
  // Its processes' own clocks: the host's do not move.
  /^A-081\/unshare-time$/,
];
/** Every protocol of netlink but audit is of its own network, and so are raw packets of whom has CAP_NET_RAW. */
const SYSTEM_SOCKETS = [/^A-076\/socket\/16\/3\/(?!9$)/];
const BOOTED_SOCKETS = [...SYSTEM_SOCKETS, /^A-076\/socket\/(2|10)\/3\/1$/];
/** Each container has a keyring of its own; the attack tries to add 200. */
const FEW_KEYS = 100;
const isSystem = (kind: Kind): boolean => kind === 'systemd' || kind === 'booted';

describeAttacks('seccomp', (attacks) => {
  const { everywhere, lines } = useArena(attacks, 'abi', 'calls');
  const allowed = (kind: Kind): readonly RegExp[] => (isSystem(kind) ? SYSTEM_MAY : []);

  everywhere('A-070...A-074', 'numbers, other ABIs, tampering, high bits', { program: 'abi', allowed });
  everywhere('A-069, A-075', 'calls into the depth of the kernel', {
    program: 'calls',
    args: () => ['kernel'],
    allowed,
  });
  everywhere('A-075', 'personalities', { program: 'calls', args: () => ['personality'] });
  everywhere('A-076', 'every family of sockets', {
    program: 'calls',
    args: () => ['families'],
    allowed: (kind) => (kind === 'booted' ? BOOTED_SOCKETS : isSystem(kind) ? SYSTEM_SOCKETS : []),
  });
  everywhere('A-077', 'user namespaces inside', { program: 'calls', args: () => ['nested'], allowed });
  everywhere('A-081', 'clocks', { program: 'calls', args: () => ['clocks'], allowed });
  everywhere('A-083', 'maps of ids', {
    program: 'calls',
    args: () => ['maps'],
    // No map can be written twice, but without one every number is a user of the host.
  });

  const quota = (): number =>
    Number(/^\s*0:.* (\d+)\/\d+ /m.exec(readFileSync('/proc/key-users', 'utf8'))?.[1]);
  let before = 0;
  beforeAll(() => {
    before = quota();
  });
  everywhere('A-079', 'keys', { program: 'calls', args: () => ['keys'], teeth: false });
  test("A-079 has left the host's quota of keys as it was", () => {
    expect(quota() - before).toBeLessThan(FEW_KEYS);
  });
  attacks.teeth('A-079', 'keys', async () => evidenceOf(await lines('weakened', 'calls', 'keys')));
});
