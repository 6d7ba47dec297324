/** A container seen from the host: its mounts and files, without following anything out of it. */
import { closeSync, constants, fstatSync, readFileSync, statSync, type BigIntStats } from 'node:fs';
import { AT_FDCWD, native, O_PATH, RESOLVE } from '../../lib/lxc/native.js';
import type { Domain } from '../../lib/index.js';

export interface Mount {
  readonly id: string;
  readonly parent: string;
  /** What of the file system is mounted. */
  readonly root: string;
  readonly target: string;
  readonly options: string;
  /** Propagation: empty when the mount is private. */
  readonly tags: string;
  readonly type: string;
  readonly source: string;
  readonly superOptions: string;
}

/** The domain's id is the controller, and init its child that is process 1 of a PID namespace. */
export async function initOf(domain: Domain): Promise<number> {
  const controller = await domain.getID();
  const children = readFileSync(`/proc/${controller}/task/${controller}/children`, 'utf8').trim().split(' ');
  const init = children.find((pid) => statusOf(pid, 'NSpid').endsWith('\t1'));
  if (init === undefined) throw new Error(`domain '${domain.name}' has no init`);
  return Number(init);
}

/** One line of /proc/PID/status; empty when there is none. */
export function statusOf(pid: number | string, field: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${field}:\t(.*)$`, 'm').exec(status)?.[1] ?? '';
  } catch {
    return ''; // Ended meanwhile.
  }
}

export function mountsOf(pid: number): Mount[] {
  return readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [id = '', parent = '', , root = '', target = '', options = '', ...tags] = before.split(' ');
      const [type = '', source = '', superOptions = ''] = after.split(' ');
      return { id, parent, root, target, options, tags: tags.join(' '), type, source, superOptions };
    });
}

/** Undefined when there is nothing. The last component is not followed when it is a link. */
export function statInside(pid: number, path: string): BigIntStats | undefined {
  const api = native();
  const root = api.openat2(AT_FDCWD, `/proc/${pid}/root`, constants.O_DIRECTORY | O_PATH, 0);
  try {
    const fd = api.openat2(
      root,
      path,
      O_PATH | constants.O_NOFOLLOW,
      RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS,
    );
    const stats = fstatSync(fd, { bigint: true });
    closeSync(fd);
    return stats;
  } catch {
    return undefined;
  } finally {
    closeSync(root);
  }
}

export function identity(stats: BigIntStats | undefined): string {
  return stats ? `${stats.dev}:${stats.ino}` : 'none';
}

export function isSameFile(pid: number, inside: string, onHost: string): boolean {
  return identity(statInside(pid, inside)) === identity(statSync(onHost, { bigint: true }));
}

const NODES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const;
const FIRST_PTY_MAJOR = 136;
const KERNEL_MOUNTS = [
  ['/proc', 'proc'],
  ['/sys', 'sysfs'],
  ['/dev', 'tmpfs'],
  ['/dev/pts', 'devpts'],
] as const;

/** What is wrong in a container that has started: nothing of the host, and what belongs there in its place. */
export function inspect(pid: number): string[] {
  return [...wrongMounts(pid), ...wrongNodes(pid), ...redirected(pid)];
}

/** A part of /proc or /sys at another place than its own: a mask or a read-only bind was led astray. */
export function redirected(pid: number): string[] {
  const place = { proc: '/proc', sysfs: '/sys' } as Readonly<Record<string, string>>;
  return mountsOf(pid)
    .filter(({ type, root, target }) => {
      const own = place[type];
      return own !== undefined && target !== (root === '/' ? own : own + root);
    })
    .map(({ type, root, target }) => `${root} of ${type} is at ${target}`);
}

/** Init's standard input must be a terminal, and one of the container's own. */
export function wrongTerminal(pid: number): string[] {
  const stats = statSync(`/proc/${pid}/fd/0`, { bigint: true });
  const isPty = stats.isCharacterDevice() && Number(stats.rdev >> 8n) === FIRST_PTY_MAJOR;
  const isHosts = stats.dev === statSync('/dev/pts', { bigint: true }).dev;
  return isPty && !isHosts ? [] : ["init's standard input is not a terminal of the container"];
}

function wrongMounts(pid: number): string[] {
  const mounts = mountsOf(pid);
  const missing = KERNEL_MOUNTS.filter(
    ([target, type]) => mounts.findLast((mount) => mount.target === target)?.type !== type,
  );
  const ids = new Set(mounts.map(({ id }) => id));
  const [first, ...others] = mounts;
  return [
    ...missing.map(([target, type]) => `no ${type} at ${target}`),
    ...others
      .filter((mount) => mount !== first && !ids.has(mount.parent))
      .map(({ target }) => `the parent of mount ${target} is outside`),
    ...mounts.filter(({ tags }) => tags.includes('shared:')).map(({ target }) => `${target} is shared`),
    ...(isSameFile(pid, '/', '/') ? ["the root is the host's"] : []),
  ];
}

function wrongNodes(pid: number): string[] {
  const wrong = NODES.filter(([name, major, minor]) => {
    const stats = statInside(pid, `/dev/${name}`);
    return !stats?.isCharacterDevice() || stats.rdev !== BigInt((major << 8) | minor);
  });
  const console = statInside(pid, '/dev/console');
  const isPty = console?.isCharacterDevice() === true && Number(console.rdev >> 8n) === FIRST_PTY_MAJOR;
  const isOwn = console?.dev === statInside(pid, '/dev/pts')?.dev;
  return [
    ...wrong.map(([name]) => `/dev/${name} is something else`),
    ...(isPty && isOwn ? [] : ["/dev/console is not a terminal of the container's"]),
  ];
}
