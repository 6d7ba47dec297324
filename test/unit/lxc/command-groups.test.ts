import { groupBelow } from '../../../lib/lxc/cgroup/command-groups.js';

const OWN = '/sys/fs/cgroup/machine/lxc-1-web.virtainer';

test.each([
  ['0::/machine/lxc-1-web.virtainer/init.scope\n', `${OWN}/init.scope`],
  ['4:memory:/x\n0::/machine/lxc-1-web.virtainer/a/b\n', `${OWN}/a/b`],
  ['0::/machine/lxc-1-web.virtainer\n', OWN],
  ['0::/elsewhere/init.scope\n', OWN],
  ['0::/machine/lxc-1-web.virtainer/../other\n', OWN],
  ['', OWN],
])('a command joins init’s group below the container’s: %j', (memberships, expected) => {
  expect(groupBelow(OWN, memberships)).toBe(expected);
});
