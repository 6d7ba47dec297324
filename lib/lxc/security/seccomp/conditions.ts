/** Calls that are allowed with some arguments only. All compare what the kernel reads: the low 32 bits. */
import { ACTION, ERRNO, failWith, lowBits, type Action, type Comparison } from './abi.js';
import { exceptLowBits } from './except.js';

/** One way of making a call, and what comes of it. Ways of the same call exclude each other. */
export interface Way {
  readonly call: string;
  readonly action: Action;
  readonly comparisons: readonly Comparison[];
}

const SOCKET_CALLS = ['socket', 'socketpair'] as const;
const AF = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16 } as const;
const NETLINK = { ROUTE: 0, XFRM: 6, AUDIT: 9, NETFILTER: 12, KOBJECT_UEVENT: 15, GENERIC: 16 } as const;

/** PER_LINUX and PER_LINUX32, each also with UNAME26; and the question which one it is. */
const PERSONALITIES = [0, 8, 0x20000, 0x20008, 0xffffffff];

/** Both put characters into a terminal's input, as if typed by whoever started the container. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** A listener decides over system calls in place of the kernel, and can let them run. */
const SECCOMP_FILTER_FLAG_NEW_LISTENER = 0x8n;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. NEWTIME's bit is part of a signal here. */
const CLONE_NEW_ANY = 0x7e020000n;

/** A time namespace of a container's own is made before it starts. */
const CLONE_NEWTIME = 0x80n;

function allow(call: string, ...comparisons: readonly Comparison[]): Way {
  return { call, action: ACTION.ALLOW, comparisons };
}

/** A network of the container's own is made with these; every other family is code of the kernel's to be attacked. */
const FAMILIES: readonly Way[] = SOCKET_CALLS.flatMap((call) =>
  [AF.UNIX, AF.INET, AF.INET6].map((family) => allow(call, lowBits(0, family))),
);

/** useradd and su go on without audit when there is none, and give up when it is forbidden. */
const NO_AUDIT: readonly Way[] = SOCKET_CALLS.map((call) => ({
  call,
  action: failWith(ERRNO.EAFNOSUPPORT),
  comparisons: [lowBits(0, AF.NETLINK), lowBits(2, NETLINK.AUDIT)],
}));

const EVERY_KIND: readonly Way[] = [
  ...FAMILIES,
  ...NO_AUDIT,
  ...PERSONALITIES.map((persona) => allow('personality', lowBits(0, persona))),
  ...exceptLowBits(1, [TIOCSTI, TIOCLINUX]).map((one) => allow('ioctl', one)),
  allow('seccomp', lowBits(1, 0, SECCOMP_FILTER_FLAG_NEW_LISTENER)),
];

/** Ways in a container of an application. */
export const APPLICATION_WAYS: readonly Way[] = [
  ...EVERY_KIND,
  ...SOCKET_CALLS.flatMap((call) =>
    [NETLINK.ROUTE, NETLINK.KOBJECT_UEVENT, NETLINK.GENERIC].map((protocol) =>
      allow(call, lowBits(0, AF.NETLINK), lowBits(2, protocol)),
    ),
  ),
  allow('clone', lowBits(0, 0, CLONE_NEW_ANY)),
  // Its flags are in memory, where no filter can look: libc takes clone() then.
  { call: 'clone3', action: failWith(ERRNO.ENOSYS), comparisons: [] },
];

/** Ways in a container with an init system, but for these protocols of netlink. */
function systemWays(refused: readonly number[]): readonly Way[] {
  return [
    ...EVERY_KIND,
    ...SOCKET_CALLS.flatMap((call) =>
      exceptLowBits(2, [NETLINK.AUDIT, ...refused]).map((protocol) =>
        allow(call, lowBits(0, AF.NETLINK), protocol),
      ),
    ),
    allow('unshare', lowBits(0, 0, CLONE_NEWTIME)),
  ];
}

/** An application's services have no rights over its network. */
export const SYSTEMD_WAYS = systemWays([NETLINK.XFRM, NETLINK.NETFILTER]);
/** An operating system may have a firewall. */
export const BOOTED_WAYS = systemWays([NETLINK.XFRM]);
