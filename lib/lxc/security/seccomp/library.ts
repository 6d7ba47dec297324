/** The host's libseccomp: found by absolute path, and believed only when nobody but root can have changed it. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { VirtError } from '../../../errors.js';
import { isErrno } from '../../errno.js';
import { native } from '../../native.js';
import { elfProblem } from './elf.js';

/** The first with the binary tree, and with ENOSYS for numbers it does not know. */
const OLDEST = [2, 5] as const;
const FILE = 'libseccomp.so.2';
const MULTIARCH: Readonly<Partial<Record<string, string>>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

export interface SeccompLibrary {
  /** The real path, without symbolic links. */
  readonly path: string;
  readonly version: string;
}

/** Where distributions install it, for this process's architecture. */
export function libraryCandidates(arch: string = process.arch): readonly string[] {
  const multiarch = MULTIARCH[arch];
  const folders = [
    ...(multiarch === undefined ? [] : [`/usr/lib/${multiarch}`, `/lib/${multiarch}`]),
    '/usr/lib64',
    '/lib64',
    '/usr/lib',
    '/lib',
  ];
  return folders.map((folder) => `${folder}/${FILE}`);
}

/**
 * The first of these files that exists. One that is not usable is an error, not passed over: the next one could be
 * what somebody wants to be found.
 *
 * @throws VirtError CONFIG_UNSUPPORTED when there is none, it is too old, damaged, or not root's alone
 */
export function findLibrary(candidates: readonly string[] = libraryCandidates()): SeccompLibrary {
  for (const candidate of candidates) {
    const path = realPath(candidate);
    if (path !== undefined) return { path, version: checkLibrary(path) };
  }
  throw unusable(`there is no ${FILE} in ${candidates.map((path) => dirname(path)).join(', ')}`);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (cause) {
    if (isErrno(cause, 'ENOENT') || isErrno(cause, 'ENOTDIR')) return undefined;
    throw unusable(`cannot find out what ${path} is`, { path, cause });
  }
}

function checkLibrary(path: string): string {
  for (let above = dirname(path); ; above = dirname(above)) {
    refuseStrangers(above, lstatSync(above));
    if (above === '/') break;
  }
  checkFile(path);
  const version = askVersion(path);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw unusable(`${path} is libseccomp ${version}, at least ${OLDEST.join('.')} is needed`, { path });
  }
  return version;
}

/** Loading a truncated library ends the process with SIGBUS, so its headers are read before. */
function checkFile(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    refuseStrangers(path, stats);
    if (!stats.isFile()) throw unusable(`${path} is no file`, { path });
    const problem = elfProblem(
      (buffer, position) => readSync(fd, buffer, 0, buffer.length, position),
      stats.size,
    );
    if (problem !== undefined) throw unusable(`${path} ${problem}`, { path });
  } finally {
    closeSync(fd);
  }
}

function refuseStrangers(path: string, { uid, mode }: Stats): void {
  if (uid === 0 && (mode & 0o022) === 0) return;
  throw unusable(`${path} can be changed by others than root`, { path });
}

function askVersion(path: string): string {
  try {
    return native().seccompVersion(path);
  } catch (cause) {
    if (cause instanceof VirtError) throw cause;
    throw unusable(`cannot load ${path}: ${(cause as Error).message}`, { path, cause });
  }
}

function unusable(
  why: string,
  details: { readonly path?: string; readonly cause?: unknown } = {},
): VirtError {
  return new VirtError('CONFIG_UNSUPPORTED', `cannot make a seccomp filter: ${why}`, {
    ...details,
    domain: 'SECURITY',
    hint: "install libseccomp2 (libseccomp 2.5 or newer), or write <virtainer:seccomp profile='unconfined'/>",
  });
}
