/** What /proc/self/mountinfo and /proc/self/cgroup say on hosts of each kind: only the lines about cgroups. */
const INITIAL = 'cgroup:[4026531835]';
const OWN = 'cgroup:[4026532514]';

export interface RecordedHost {
  readonly mountinfo: string;
  readonly memberships: string;
  readonly namespace: string;
}

const v1 = (controllers: string, root = '/', mode = 'rw'): string =>
  `34 30 0:31 ${root} /sys/fs/cgroup/${controllers} ${mode},nosuid shared:9 - cgroup cgroup ${mode},${controllers}`;

/** A systemd host of 2019, with `systemd.unified_cgroup_hierarchy=no`: logged in over ssh. */
export const HYBRID: RecordedHost = {
  namespace: INITIAL,
  mountinfo: `25 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
31 30 0:28 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
32 30 0:29 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
36 30 0:33 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
${v1('memory')}
35 30 0:31 / /srv/jail/sys\\040fs/memory rw,relatime - cgroup cgroup rw,memory
${v1('devices')}`,
  memberships: `12:devices:/user.slice
9:memory:/user.slice/user-0.slice/session-3.scope
4:cpu,cpuacct:/user.slice
1:name=systemd:/user.slice/user-0.slice/session-3.scope
0::/user.slice/user-0.slice/session-3.scope`,
};

/** Alpine with OpenRC: every controller by itself, no systemd. */
export const PURE_V1: RecordedHost = {
  namespace: INITIAL,
  mountinfo: ['cpuset', 'cpu', 'memory', 'pids'].map((name) => v1(name)).join('\n'),
  memberships: '4:pids:/openrc.sshd\n3:memory:/\n2:cpu:/\n1:cpuset:/\n',
};

/** A systemd host of today. */
export const PURE_V2: RecordedHost = {
  namespace: INITIAL,
  mountinfo:
    '29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot',
  memberships: '0::/system.slice/app.service\n',
};

/** The same, seen by a shell of user 1000. */
export const ROOTLESS: RecordedHost = {
  ...PURE_V2,
  memberships: '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-shell.scope\n',
};

const DOCKER_ID = 'a2fcf1fdb0be0d0a1cb66fd38ed6ed98e7b81ba1a8b6d9a5b4c0c6a6b3c0ffee';

/** docker run --privileged on a v1 host: its own group, by a path of the host. */
export const DOCKER_V1: RecordedHost = {
  namespace: INITIAL,
  mountinfo: `700 699 0:60 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw,mode=755
${['memory', 'pids', 'devices'].map((name) => v1(name, `/docker/${DOCKER_ID}`)).join('\n')}
${v1('name=systemd', `/docker/${DOCKER_ID}`, 'ro')}`,
  memberships: ['4:memory', '3:pids', '2:devices', '1:name=systemd']
    .map((line) => `${line}:/docker/${DOCKER_ID}\n`)
    .join(''),
};

/** docker run --privileged on a v2 host: a cgroup namespace, whose root is its own group. */
export const DOCKER_V2: RecordedHost = {
  namespace: OWN,
  mountinfo: '645 640 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate',
  memberships: '0::/\n',
};

/** A container in an LXC container on a hybrid host; the outer one has left its mounts of the host in sight. */
export const NESTED: RecordedHost = {
  namespace: OWN,
  mountinfo: `${v1('memory', '/../../..')}
800 799 0:31 / /run/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
801 799 0:28 /.. /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
802 799 0:28 / /run/cgroup/unified rw - cgroup2 cgroup2 rw`,
  memberships: '9:memory:/inner/app\n0::/inner/app\n',
};

/** A process that somebody has moved out of its namespace's tree. */
export const MOVED_OUT: RecordedHost = { ...DOCKER_V2, memberships: '0::/../other\n' };

/** `mount --bind` of a part over the whole, and a new folder of cgroups over the host's. */
export const COVERED: RecordedHost = {
  namespace: INITIAL,
  mountinfo: `30 22 0:27 / /sys/fs/cgroup ro - tmpfs tmpfs ro
31 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
32 30 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
40 22 0:28 / /cgroup2 rw - cgroup2 cgroup2 rw
41 40 0:28 /part /cgroup2 rw - cgroup2 cgroup2 rw
50 30 0:60 / /sys/fs/cgroup rw - tmpfs cgroup rw
51 50 0:31 /part /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory`,
  memberships: '4:memory:/part/app\n3:pids:/\n0::/part/app\n',
};
