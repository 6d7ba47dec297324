/**
 * What is refused before anything is touched: configurations that would harm the host or can't run.
 * libvirt's default root once emptied a host's /tmp; these rules make that impossible.
 */
import { closeSync, constants, readlinkSync } from 'node:fs';
import { normalize } from 'node:path';
import { domainRoot, type CompleteDomain, type MountFilesystem } from '../../definition/domain/index.js';
import { isBootingProgram } from '../../definition/security/index.js';
import { VirtError } from '../../errors.js';
import { BOOT_DIRECTORIES, HOST_DIRECTORIES, realpath, sameAsAny } from './host-directories.js';
import { isKernelFileSystem } from './kernel-file-systems.js';
import { AT_FDCWD, native, O_PATH, RESOLVE } from '../native.js';

/** The kernel's own file systems inside the container: nothing of the user's goes over them. */
const KERNEL_TARGETS = /^\/(?:proc|sys)(?:\/|$)/;

/** @returns whether `<init>` boots an operating system, also behind links of the root */
export function refuseUnsafe(definition: CompleteDomain, stateFolders: readonly string[]): boolean {
  const root = checkRoot(definition);
  checkConsoles(definition);
  checkLifecycle(definition);
  checkTargets(definition);
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.type === 'mount') checkSource(filesystem, stateFolders);
  }
  const boots = isBootingInit(definition.os.init, root.source);
  if (boots) checkBoot(definition);
  return boots;
}

function checkRoot(definition: CompleteDomain): MountFilesystem {
  const root = domainRoot(definition);
  if (!root) {
    throw unsupported("no root: a <filesystem> with <target dir='/'/> is missing", {
      hint: "add <filesystem type='mount'><source dir='/path/of/root'/><target dir='/'/></filesystem>",
    });
  }
  if (root.type !== 'mount') {
    throw unsupported(`Unsupported root filesystem type: <filesystem type='${root.type}'> target '/'`);
  }
  if (root.readonly !== true && sameAsAny(root.source, HOST_DIRECTORIES)) {
    throw unsupported(
      `<filesystem> target '/': source '${root.source}' is a directory of the host's own system`,
      {
        hint: 'give the container a root of its own, or add <readonly/> to this <filesystem>',
      },
    );
  }
  return root;
}

function checkConsoles(definition: CompleteDomain): void {
  if (definition.devices.consoles.length === 0) {
    throw unsupported('At least one PTY console is required', {
      hint: "add <console type='pty'/> to <devices>",
    });
  }
}

/** libvirt parses these and then does what it always does; we do not pretend. */
function checkLifecycle(definition: CompleteDomain): void {
  const { onPoweroff, onReboot } = definition;
  if (onPoweroff !== 'destroy') {
    throw unsupported(`<on_poweroff>: '${onPoweroff}' is not supported by this version, only 'destroy'`);
  }
  if (onReboot !== 'restart' && onReboot !== 'destroy') {
    throw unsupported(
      `<on_reboot>: '${onReboot}' is not supported by this version, only 'restart' and 'destroy'`,
    );
  }
}

function checkTargets(definition: CompleteDomain): void {
  for (const { target } of definition.devices.filesystems) {
    const path = normalize(target);
    if (KERNEL_TARGETS.test(path) || path === '/dev' || path === '/dev/') {
      throw unsupported(`<filesystem> target '${target}': ${path} belongs to the container itself`);
    }
  }
}

function checkSource(filesystem: MountFilesystem, stateFolders: readonly string[]): void {
  const source = realpath(filesystem.source);
  const within = (path: string, folder: string): boolean =>
    `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);
  const folders = stateFolders.map(realpath);
  const showsState = folders.some((folder) => within(source, folder));
  const holdsState = filesystem.readonly !== true && folders.some((folder) => within(folder, source));
  refuseKernel(filesystem, source);
  if (showsState || holdsState) {
    throw unsupported(
      `<filesystem> target '${filesystem.target}': source '${source}' holds virtainer's own state`,
    );
  }
}

/** They can't be given away: what of them is hidden in the container would be seen in such a mount. */
function refuseKernel({ target, source }: MountFilesystem, path: string): void {
  if (!isKernelFileSystem(path)) return;
  throw unsupported(
    `<filesystem> target '${target}': source '${source}' is in a file system of the kernel's`,
    { hint: 'the container has a /proc, /sys and /dev of its own' },
  );
}

function checkBoot(definition: CompleteDomain): void {
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.type !== 'mount' || filesystem.readonly === true) continue;
    if (!sameAsAny(filesystem.source, BOOT_DIRECTORIES)) continue;
    throw unsupported(
      `<init> '${definition.os.init}' boots an operating system, and <filesystem> target '${filesystem.target}' ` +
        `gives it the host's own ${filesystem.source} read-write`,
      { hint: 'give the container a directory of its own, or add <readonly/>' },
    );
  }
}

/** By name, and by what the path is a link to inside the root: /sbin/init usually is one. */
export function isBootingInit(init: string, root: string): boolean {
  return isBootingProgram(init) || isBootingProgram(resolveInRoot(root, init));
}

/** The host's name of a path inside a root; the path itself when it can't be resolved. */
export function resolveInRoot(root: string, path: string): string {
  const api = native();
  let rootFd: number | undefined;
  let fd: number | undefined;
  try {
    rootFd = api.openat2(AT_FDCWD, root, constants.O_DIRECTORY | O_PATH, 0);
    fd = api.openat2(rootFd, path, O_PATH, RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS);
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return path; // A missing init has its own, better error at the start.
  } finally {
    if (fd !== undefined) closeSync(fd);
    if (rootFd !== undefined) closeSync(rootFd);
  }
}

function unsupported(message: string, details: { readonly hint?: string } = {}): VirtError {
  return new VirtError('CONFIG_UNSUPPORTED', message, details);
}
