/** out of the control group, and out of its limits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS, useArena } from '../arena.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { initOf } from '../inside.js';
import { attack } from '../lines.js';
import { KINDS, type Kind } from '../weakened.js';

/** A service manager has a tree for its services, without any resource in it: on v2 its own group, else by name. */
const OWN_TREE = [/^A-059\/[^/]+\/(cgroup\.|tasks|notify_on_release|move-self)/, /^A-060\/[^/]+\/mkdir$/];
const isManager = (kind: Kind): boolean => kind === 'systemd' || kind === 'booted';

describeAttacks('cgroups', (attacks) => {
  const arena = useArena(attacks, 'cgroups');

  arena.everywhere('A-058...A-061', 'trees as given, mounted anew, in new namespaces', {
    program: 'cgroups',
    args: () => ['all'],
    allowed: (kind) => (isManager(kind) ? OWN_TREE : []),
  });

  for (const kind of KINDS) {
    let times = 0;
    attacks.attempt(
      'A-061',
      `nonsense into every file that can be written to, ${kind}`,
      async () => {
        const domain = await arena.start(kind);
        const before = await limitsOf(domain);
        const lines = await attack(domain, [join(PROGRAMS, 'cgroups'), 'scribble']);
        times = lines.length;
        const after = await limitsOf(domain);
        await domain.destroy();
        return [
          ...lines.filter(({ isOpen }) => isOpen).map(({ id }) => id),
          ...before.filter((line) => !after.includes(line)).map((line) => `no longer ${line}`),
        ];
      },
      { times: () => Math.max(times, 1) },
    );
  }
  attacks.noTeeth('A-061', 'a weakened container would change what others have');
});

const LIMITS = [
  ['memory', 'memory.limit_in_bytes'],
  ['pids', 'pids.max'],
  ['cpu', 'cpu.cfs_quota_us'],
  ['cpu', 'cpu.shares'],
  ['devices', 'devices.list'],
  ['freezer', 'freezer.state'],
  ['cpuset', 'cpuset.cpus'],
] as const;

/** The limits of the container's groups, and where its init is, seen from the host. */
async function limitsOf(domain: Parameters<typeof initOf>[0]): Promise<Evidence> {
  const pid = await initOf(domain);
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const values = LIMITS.flatMap(([controller, file]) => {
    const group = groups.find((line) => line.split(':')[1]?.split(',').includes(controller))?.split(':')[2];
    return group === undefined ? [] : [`${file} ${read(join('/sys/fs/cgroup', controller, group, file))}`];
  });
  return [...groups, ...values];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
