/** A throw-away root file system that shows the host's programs: /usr read-only, everything else private. */
import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Filesystem } from '../definition/domain/index.js';
import { systemError } from '../errors.js';

/** Directories that are links into /usr on a merged system, and directories of their own elsewhere. */
const PROGRAM_DIRECTORIES = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
const PRIVATE_DIRECTORIES = [
  'dev',
  'etc',
  'home',
  'mnt',
  'opt',
  'proc',
  'root',
  'run',
  'srv',
  'sys',
  'tmp',
  'usr',
  'var',
];
/** Host files that programs need to find their libraries and each other; nothing that says who the host is. */
const COPIED_FILES = ['etc/ld.so.cache', 'etc/nsswitch.conf'];
const SHARED_DIRECTORIES = ['etc/alternatives'];

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';
const GROUP = 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n';
const HOSTS = '127.0.0.1 localhost\n::1 localhost\n';

/** A private root made by {@link createHostRoot}. */
export interface HostRoot extends AsyncDisposable {
  /** The root directory on the host. */
  readonly directory: string;
  /** For the `filesystems` of a definition: the root, the host's programs read-only, /run and /tmp in memory. */
  readonly filesystems: readonly Filesystem[];
  /** Removes the directory. The container must be off. */
  remove(): Promise<void>;
}

/**
 * Makes a private root directory for containers that run the host's programs: `/usr` of the host read-only
 * beside an `/etc`, `/var`, `/root`, `/run` and `/tmp` of its own.
 *
 * @throws {@link VirtError} SYSTEM_ERROR when the directory can't be made.
 */
export async function createHostRoot(): Promise<HostRoot> {
  // The outer folder keeps the host's users away from what the container's root puts into its own.
  const outer = await mkdtemp(join(tmpdir(), 'virtainer-root-'));
  const directory = join(outer, 'root');
  const remove = (): Promise<void> => rm(outer, { recursive: true, force: true });
  try {
    await makeDirectory(directory);
    const filesystems = await fill(directory);
    return { directory, filesystems, remove, [Symbol.asyncDispose]: remove };
  } catch (cause) {
    await remove().catch(() => undefined);
    throw systemError(`cannot make a root in ${directory}`, cause);
  }
}

async function fill(directory: string): Promise<Filesystem[]> {
  for (const name of PRIVATE_DIRECTORIES) await makeDirectory(join(directory, name));
  await makeFile(join(directory, 'etc/passwd'), PASSWD);
  await makeFile(join(directory, 'etc/group'), GROUP);
  await makeFile(join(directory, 'etc/hosts'), HOSTS);
  for (const file of COPIED_FILES) await copyIfPresent(join('/', file), join(directory, file));
  return [
    { type: 'mount', source: directory, target: '/' },
    { type: 'mount', source: '/usr', target: '/usr', readonly: true },
    ...(await shareDirectories(directory)),
    { type: 'ram', usageKiB: 10 * 1024, target: '/run' },
    { type: 'ram', usageKiB: 100 * 1024, target: '/tmp' },
  ];
}

async function shareDirectories(directory: string): Promise<Filesystem[]> {
  const shared: Filesystem[] = [];
  for (const name of [...PROGRAM_DIRECTORIES, ...SHARED_DIRECTORIES]) {
    const source = join('/', name);
    const stats = await lstat(source).catch(() => undefined);
    if (stats?.isSymbolicLink()) await symlink(await readlink(source), join(directory, name));
    else if (stats?.isDirectory()) shared.push({ type: 'mount', source, target: source, readonly: true });
  }
  return shared;
}

/** Every user of the container has to get through: the modes must not depend on our umask. */
async function makeDirectory(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

async function makeFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content);
  await chmod(path, 0o644);
}

async function copyIfPresent(source: string, target: string): Promise<void> {
  const content = await readFile(source).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  });
  if (content) await makeFile(target, content);
}
