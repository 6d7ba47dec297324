/** What an attack on the host would change, taken before a test and compared after it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The programs of ours that run as root on the host. */
const PROGRAMS = ['virtainer-controller', 'virtainer.node'].flatMap((name) =>
  ['build/Release', `prebuilds/linux-${process.arch}`].map((folder) => resolve(folder, name)),
);
const CGROUP_ROOT = '/sys/fs/cgroup';
const SETTINGS = [
  '/proc/sys/fs/suid_dumpable',
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/core_pipe_limit',
  '/proc/sys/kernel/domainname',
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/keys/maxkeys',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/panic',
  '/proc/sys/kernel/pid_max',
  '/proc/sys/kernel/pty/max',
  '/proc/sys/kernel/randomize_va_space',
  '/proc/sys/kernel/sysrq',
  '/proc/sys/kernel/unprivileged_bpf_disabled',
  '/proc/sys/dev/tty/legacy_tiocsti',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/panic_on_oom',
  '/sys/kernel/uevent_helper',
  '/sys/kernel/mm/ksm/run',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  ...cgroupHierarchies().flatMap((path) => [join(path, 'release_agent'), join(path, 'notify_on_release')]),
];
/** Directories in which nothing else on a quiet host makes or removes entries. */
const LISTED = ['/', '/dev', '/etc', '/mnt', '/root', '/run/netns', '/srv', '/usr', '/usr/bin', '/var'];

/** A folder of the host that no container was given. */
export interface Canary {
  readonly directory: string;
  readonly file: string;
  /** Part of the name of every file that an attacker makes: nothing on the host may have it. */
  readonly mark: string;
  remove(): void;
}

export function createCanary(): Canary {
  const mark = randomBytes(6).toString('hex');
  const directory = mkdtempSync(join(tmpdir(), 'canary-'));
  const file = join(directory, 'file');
  writeFileSync(file, `untouched ${mark}\n`);
  return {
    directory,
    file,
    mark,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Facts of the host as lines: a difference between two of them names what was changed. */
export function observeHost(canary: Canary): string[] {
  return [
    ...tree(canary.directory),
    ...PROGRAMS.filter((path) => existsSync(path)).map((path) => `program ${path} ${digest(path)}`),
    `node ${digest(process.execPath)}`,
    ...SETTINGS.map((path) => `setting ${path} = ${settled(path)}`),
    ...LISTED.flatMap((directory) => visible(directory).map((name) => `entry ${join(directory, name)}`)),
    ...list(tmpdir())
      .filter((name) => name.includes(canary.mark))
      .map((name) => `entry of an attacker ${name}`),
    ...read('/proc/self/mountinfo')
      .split('\n')
      .map((line) => `mount ${line}`),
    ...['mnt', 'net', 'user', 'cgroup', 'ipc', 'uts'].map((name) => `namespace ${namespaceOf(name)}`),
  ];
}

/** A test that runs beside this one may show its teeth for a moment; what an attack has left stays. */
function settled(path: string): string {
  const deadline = performance.now() + 5000;
  while (read(path).includes('/virtainer-test-') && performance.now() < deadline)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return read(path);
}

/** What one has and the other has not. */
export function changesBetween(before: readonly string[], after: readonly string[]): string[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !now.has(line)).map((line) => `gone: ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `new: ${line}`),
  ];
}

/** Every entry below a directory, with all that a change of it would show. */
export function tree(directory: string): string[] {
  const stats = lstatSync(directory);
  const facts = [stats.ino, stats.mode.toString(8), stats.uid, stats.gid, stats.size, stats.mtimeMs];
  const line = `${directory} ${facts.join(' ')}${stats.isFile() ? ` ${digest(directory)}` : ''}`;
  if (!stats.isDirectory()) return [line];
  return [line, ...list(directory).flatMap((name) => tree(join(directory, name)))];
}

const digests = new Map<string, string>();

/** Node's executable is large: read again only when its inode tells of a change. */
export function digest(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
  const key = [path, ino, size, mtimeNs, ctimeNs].join(' ');
  const known = digests.get(key);
  if (known !== undefined) return known;
  const made = createHash('sha256').update(readFileSync(path)).digest('hex');
  digests.set(key, made);
  return made;
}

function cgroupHierarchies(): string[] {
  return list(CGROUP_ROOT).map((name) => join(CGROUP_ROOT, name));
}

function namespaceOf(name: string): string {
  return readlinkSync(`/proc/self/ns/${name}`);
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}

/** Editors, shells and tests that run at the same time make hidden ones. */
function visible(directory: string): string[] {
  return list(directory).filter((name) => !name.startsWith('.'));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
