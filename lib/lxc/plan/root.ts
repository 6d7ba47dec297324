/** The root file system and what every container has in it. */
import { domainRoot, type CompleteDomain } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import type { Plan } from './steps.js';

const DEV_BYTES = 64 * 1024;
const SHM_BYTES = 64 * 1024 * 1024;
const TTY_GROUP = 5;
/** Mount points of the container that must be real directories: a link there could lead anywhere. */
const KERNEL_FLAGS = 'nosuid,noexec,nodev,nosymlinks';

const NODES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const;

const LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
  ['pts/ptmx', '/dev/ptmx'],
] as const;

export function planRoot(plan: Plan, definition: CompleteDomain): void {
  const root = domainRoot(definition);
  if (root?.type !== 'mount') {
    throw new VirtError('CONFIG_UNSUPPORTED', "no <filesystem type='mount'> with target '/'");
  }
  plan.add(`<filesystem> target '/'`, 'root', root.source, root.readonly === true ? 'ro' : '-');
  planProcAndSys(plan);
  planDev(plan);
  planConsoles(plan, definition);
}

function planProcAndSys(plan: Plan): void {
  plan.add('/proc', 'mount', 'proc', 'proc', '/proc', KERNEL_FLAGS);
  // /proc/sys becomes read-only except for the container's own network: that part is bound onto itself
  // first, and comes along when the whole is bound.
  plan.add('/proc/sys/net', 'bind-inside', '/proc/sys/net', '/proc/sys/net', '-');
  plan.add('/proc/sys', 'bind-inside', '/proc/sys', '/proc/sys', 'recursive');
  plan.add('/proc/sys', 'remount-readonly', '/proc/sys');
  plan.add('/sys', 'mount', 'sysfs', 'sysfs', '/sys', `${KERNEL_FLAGS},ro`);
}

function planDev(plan: Plan): void {
  plan.add(
    '/dev',
    'mount',
    'tmpfs',
    'devfs',
    '/dev',
    'nosuid,noexec,nosymlinks',
    'mode=755',
    `size=${DEV_BYTES}`,
  );
  for (const [name, major, minor] of NODES) {
    plan.add(`/dev/${name}`, 'device', `/dev/${name}`, 'c', major, minor, '666');
  }
  plan.add('/dev/pts', 'directory', '/dev/pts', '755');
  plan.add(
    '/dev/pts',
    'mount',
    'devpts',
    'devpts',
    '/dev/pts',
    'nosuid,noexec',
    'newinstance',
    'ptmxmode=666',
    'mode=620',
    `gid=${TTY_GROUP}`,
  );
  plan.add('/dev/shm', 'directory', '/dev/shm', '1777');
  plan.add(
    '/dev/shm',
    'mount',
    'tmpfs',
    'shm',
    '/dev/shm',
    'nosuid,nodev,noexec',
    'mode=1777',
    `size=${SHM_BYTES}`,
  );
  for (const [target, path] of LINKS) plan.add(path, 'symlink', target, path);
}

function planConsoles(plan: Plan, definition: CompleteDomain): void {
  const { consoles } = definition.devices;
  plan.add('<console>', 'open-consoles', consoles.length, '/dev/pts');
  consoles.forEach((_, index) => plan.add('<console>', 'bind-console', index, `/dev/tty${index + 1}`));
  plan.add('<console>', 'bind-console', 0, '/dev/console');
}
