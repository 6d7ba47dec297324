/**
 * The one typed description of the addon in `cpp/addon/`, which has a function of the same name for each member.
 *
 * A failed system call throws, or rejects with, a Node `ErrnoException`: `code` (`'ENOENT'`), `errno` (negative),
 * `syscall`, and `path` where there is one. A wrong kind of argument throws a TypeError, a number out of range a
 * RangeError, also from the functions that return a promise. Descriptors made here are close-on-exec and belong to
 * the caller.
 */
import { closeSync, existsSync, fstatSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { VirtError, systemError } from '../errors.js';

/** For {@link Native.openat2}: relative paths begin in the current directory. */
export const AT_FDCWD = -100;
/** For {@link Native.openat2}: a descriptor that only names the file. */
export const O_PATH = 0o10000000;
/** For {@link Native.openat2}: rules about what the path may pass through. */
export const RESOLVE = {
  /** No crossing of a mount point (EXDEV). */
  NO_XDEV: 0x01,
  /** No links like those in `/proc/PID/fd` (ELOOP). */
  NO_MAGICLINKS: 0x02,
  /** No symbolic link in any part of the path (ELOOP). */
  NO_SYMLINKS: 0x04,
  /** Leaving `dirFd` is an error (EXDEV). */
  BENEATH: 0x08,
  /** `dirFd` is what `/` and the topmost `..` mean. */
  IN_ROOT: 0x10,
  /** Only what the kernel has cached (EAGAIN). */
  CACHED: 0x20,
} as const;

/** What only C++ can do. */
export interface Native {
  /** Two connected AF_UNIX stream sockets. */
  socketpair(): [number, number];

  /** A pipe: the end to read from, and the one to write to. */
  pipe(): [read: number, write: number];

  /**
   * An anonymous file with this content, which nobody can change any more, at offset 0.
   *
   * @param name - shown in `/proc`, for humans
   * @param data - the content; copied
   * @param options - `executable`: may be executed, for ever with a kernel from 6.3 on; otherwise such a kernel
   *   refuses it for ever
   */
  memfd(name: string, data: Uint8Array, options: { readonly executable: boolean }): number;

  /**
   * Starts a program that leaves for the background by itself, and resolves when its first process has ended with
   * exit status 0. The program gets an empty environment, default signal dispositions, no blocked signals, and
   * only the descriptors given: the i-th becomes number i. It leaves no zombie.
   *
   * The descriptors of `fds` must stay open until the promise settles; closing them is the caller's. One thread of
   * libuv's pool is busy until then.
   *
   * Rejects with the system call that failed (`execveat`, `fcntl`, `clone`), or with `ECHILD` and syscall `spawn`
   * when the first process ended otherwise; its message has the exit status or the signal. A program that ignores
   * SIGCHLD, or reaps all children by itself, hides that: it resolves then, and only the started program tells more.
   *
   * @param executable - a descriptor of the program, such as {@link controllerExecutable} gives; may be closed when
   *   the call has returned
   * @param argv - the arguments, beginning with the program's name; not empty
   * @param fds - descriptors; a number may be there twice
   */
  spawnDetached(executable: number, argv: readonly string[], fds: readonly number[]): Promise<void>;

  /**
   * Waits for the exclusive lock (flock) of an open file. Resolves `true` when it is locked, `false` after the
   * timeout. Closing `fd` meanwhile is safe: a lock that comes after that is given back at once.
   *
   * The lock belongs to the open file, not to the call. Therefore one open file can be waited for only once at a
   * time, and after `false` it should be closed and opened anew: as long as the kernel's waiting goes on in the
   * background, {@link lock} and {@link tryLock} of it fail with `EALREADY`.
   *
   * @param timeoutMs - 0 only tries, Infinity waits for ever
   */
  lock(fd: number, timeoutMs: number): Promise<boolean>;

  /** Locks as {@link lock} does, without waiting: `false` when another open file has the lock. */
  tryLock(fd: number): boolean;

  /** Gives the lock back; nothing happens when there is none. Closing every copy of the descriptor does the same. */
  unlock(fd: number): void;

  /**
   * Locks a part of an open file (F_OFD_SETLK) without waiting: `false` when another open file has a part of it, other
   * than both shared. Locks of {@link lock} do not matter here.
   *
   * The lock belongs to the open file: it goes when every copy of the descriptor is closed, in whatever process, and
   * only then. What the same open file has already locked of the range is replaced.
   *
   * @param fd - open for writing, or for reading when `shared`; else EBADF
   * @param start - first byte; the file need not be so long
   * @param count - 1 or more
   */
  tryLockRange(fd: number, start: number, count: number, options: { readonly shared: boolean }): boolean;

  /**
   * Opens a path under rules about what it may pass through (openat2). O_CLOEXEC is always added.
   *
   * @param dirFd - where a relative path begins, or {@link AT_FDCWD}
   * @param flags - `fs.constants.O_*` and {@link O_PATH}
   * @param resolve - any of {@link RESOLVE}, or 0
   * @param mode - of a file that is created; must be absent or 0 when the flags create none
   */
  openat2(dirFd: number, path: string, flags: number, resolve: number, mode?: number): number;

  /**
   * An extended attribute of the file behind a descriptor of any kind, also one that only names a link or a device.
   * Undefined when the file has none of this name.
   */
  getXattr(fd: number, name: string): Buffer | undefined;

  /** Sets an extended attribute of the file behind a descriptor of any kind. */
  setXattr(fd: number, name: string, value: Uint8Array): void;

  /** Removes an extended attribute; nothing happens when there is none. */
  removeXattr(fd: number, name: string): void;

  /** A descriptor of a process, which goes on meaning that process when its number is used again. */
  pidfdOpen(pid: number): number;

  /** Sends a signal by number; 0 only checks. ESRCH when the process has ended and was reaped. */
  pidfdSendSignal(pidfd: number, signal: number): void;

  /**
   * Resolves `true` when the process has ended (reaped or not), `false` after the timeout. Closing `pidfd`
   * meanwhile is safe. The event loop is kept alive until then.
   *
   * @param timeoutMs - 0 only looks, Infinity waits for ever
   */
  pidfdWait(pidfd: number, timeoutMs: number): Promise<boolean>;

  /**
   * Loads a program that decides about devices (BPF_PROG_TYPE_CGROUP_DEVICE) and attaches it to a cgroup of version 2,
   * in addition to those that are there: every one of them has to agree. It goes with the cgroup.
   *
   * @param cgroup - a descriptor of the cgroup's directory; may be closed when the call has returned
   * @param program - instructions of 8 bytes each; copied
   */
  attachDevicePolicy(cgroup: number, program: Uint8Array): Promise<void>;

  /**
   * Replaces what {@link attachDevicePolicy} has attached to this cgroup, in one step: there is no moment at which
   * neither or both decide. ENOENT when there is none.
   */
  replaceDevicePolicy(cgroup: number, program: Uint8Array): Promise<void>;

  /** Whether {@link attachDevicePolicy} has attached a program to this very cgroup. */
  hasDevicePolicy(cgroup: number): boolean;

  /**
   * The version of a libseccomp, for example `'2.5.4'`. Throws with syscall `dlopen` or `dlsym` when it cannot be
   * loaded, or lacks a function that is needed.
   *
   * @param library - absolute path of a file that nobody but root can change: its code runs in this process
   */
  seccompVersion(library: string): string;

  /**
   * Compiles a filter with libseccomp and resolves the BPF program, an array of `struct sock_filter`. It is one for
   * this process's architecture; a call by any other gets `badArchAction`. Rejects with syscall `dlopen` or `dlsym`,
   * or with the name of libseccomp's function that failed.
   *
   * @param library - as for {@link seccompVersion}
   * @param defaultAction - a `SECCOMP_RET_*` value for what no rule is about
   * @param rules - one after the other: system call number, action, how many comparisons of arguments (all must be
   *   true), and for each of these: argument's index, libseccomp's `scmp_compare` number, first and second datum.
   *   A rule must not have the default action
   */
  compileSeccomp(
    library: string,
    defaultAction: number,
    badArchAction: number,
    rules: BigUint64Array,
  ): Promise<Buffer>;
}

// Two below the package root, both as lib/lxc and as dist/lxc.
const PACKAGE_ROOT = join(__dirname, '..', '..');
const BUILD_HINT = `there is no native part for this Node and machine: run 'npm run build:native' in ${PACKAGE_ROOT}`;

interface Loaded {
  readonly native: Native;
  readonly folder: string;
}

let loaded: Loaded | undefined;
let controller: number | undefined;

/**
 * The addon, loaded at the first call: importing the package needs none.
 *
 * @throws VirtError `INTERNAL_ERROR` when there is none for this Node and machine
 */
export function native(): Native {
  return load().native;
}

/**
 * Where the controller's executable is.
 *
 * @throws VirtError `INTERNAL_ERROR` when it was not built
 */
export function controllerPath(): string {
  const path = join(load().folder, 'virtainer-controller');
  if (!existsSync(path)) {
    throw new VirtError('INTERNAL_ERROR', `cannot find the controller ${path}`, { path, hint: BUILD_HINT });
  }
  return path;
}

/**
 * A sealed copy of the controller in memory, to be passed to {@link Native.spawnDetached}: what runs as root can
 * not be changed under a running container, and an upgrade of the package does not mix versions within a process.
 * Made once per thread, and anew when it cannot be executed any more: root of a container finds it behind the
 * controller's `/proc/PID/exe`, and can change its mode (kernels before 6.3) or its ACL. To be used at once; never
 * close it.
 *
 * @throws VirtError `INTERNAL_ERROR` when the controller was not built, `SYSTEM_ERROR` when it cannot be read
 */
export function controllerExecutable(): number {
  if (controller !== undefined && !isExecutable(controller)) {
    closeSync(controller);
    controller = undefined;
  }
  controller ??= sealExecutable(controllerPath());
  return controller;
}

/** Root may execute what anyone may; any other user needs all three bits to be sure of one. */
function isExecutable(fd: number): boolean {
  return (fstatSync(fd).mode & 0o111) === 0o111;
}

function sealExecutable(path: string): number {
  try {
    return native().memfd('virtainer-controller', readFileSync(path), { executable: true });
  } catch (error) {
    throw systemError(`cannot prepare the controller ${path}`, error, { path });
  }
}

function load(): Loaded {
  loaded ??= loadFirst(addonPaths());
  return loaded;
}

/** A prebuilt addon may need another libc than this one; then the next is tried. */
function loadFirst(paths: readonly string[]): Loaded {
  let cause: unknown;
  for (const path of paths) {
    try {
      return { native: createRequire(__filename)(path) as Native, folder: dirname(path) };
    } catch (error) {
      cause ??= error;
    }
  }
  const why = cause instanceof Error ? cause.message : 'it was not built';
  throw new VirtError('INTERNAL_ERROR', `cannot load the addon: ${why}`, { cause, hint: BUILD_HINT });
}

function addonPaths(): readonly string[] {
  const prebuilds = join(PACKAGE_ROOT, 'prebuilds', `linux-${process.arch}`);
  const abi = `abi${process.versions.modules}`;
  const names = existsSync(prebuilds) ? readdirSync(prebuilds) : [];
  const prebuilt = names.filter((name) => name.endsWith('.node') && name.split('.').includes(abi));
  const built = join(PACKAGE_ROOT, 'build', 'Release', 'virtainer.node');
  return [...prebuilt.sort().map((name) => join(prebuilds, name)), built].filter((path) => existsSync(path));
}
