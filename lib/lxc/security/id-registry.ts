/**
 * Which ids of the host running containers have, whatever folder their state is in: locked bytes of one file, whose
 * byte n stands for id n. Nobody writes to the file, and the kernel compares the ranges. A lock lives as long as its
 * open file: a controller keeps it open, so that whatever kills the controller gives the ids back, and nothing else.
 */
import { closeSync, constants, fstatSync, mkdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { IdRange } from '../../driver.js';
import { VirtError, systemError } from '../../errors.js';
import { HOST_REGISTRIES } from '../locations.js';
import { AT_FDCWD, native, O_PATH, RESOLVE } from '../native.js';

/** One for the whole host. */
const FOLDER = join(HOST_REGISTRIES, 'ids');
const FILE = 'ranges';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Ids that nobody else gets as long as a copy of `fd` is open anywhere. */
export interface IdClaim {
  /** To be handed to the controller. */
  readonly fd: number;
  /** Gives up this process' hold. */
  release(): void;
}

/** An open file of the registry's own, which has no ids yet. */
export class IdRegistry implements IdClaim {
  readonly fd: number;
  #isOpen = true;

  /**
   * @param folder - for tests
   * @throws VirtError SYSTEM_ERROR when it can't be opened; ACCESS_DENIED when somebody else could change it.
   */
  constructor(folder = FOLDER) {
    this.fd = openRegistry(folder);
  }

  /** `false` when another open file has some of the ids, unless both share them. */
  tryClaim({ start, count }: IdRange, options: { readonly shared: boolean }): boolean {
    return native().tryLockRange(this.fd, start, count, options);
  }

  release(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.fd);
  }
}

/** Checks what was opened, not what has the name: nobody can exchange it in between. */
function openRegistry(folder: string): number {
  const directory = openFolder(folder);
  const path = join(folder, FILE);
  try {
    refuseForeign(directory, folder, (stats) => stats.isDirectory());
    const fd = openFile(directory, path);
    try {
      refuseForeign(fd, path, (stats) => stats.isFile());
      return fd;
    } catch (cause) {
      closeSync(fd);
      throw cause;
    }
  } finally {
    closeSync(directory);
  }
}

function openFolder(folder: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return native().openat2(AT_FDCWD, folder, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
  } catch (cause) {
    throw systemError('cannot open the registry of ids', cause, { path: folder });
  }
}

function openFile(directory: number, path: string): number {
  try {
    const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    return native().openat2(directory, FILE, flags, RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS, 0o600);
  } catch (cause) {
    throw systemError('cannot open the registry of ids', cause, { path });
  }
}

function refuseForeign(fd: number, path: string, isRight: (stats: Stats) => boolean): void {
  const stats = fstatSync(fd);
  const isOurs = stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
  if (isRight(stats) && isOurs) return;
  throw new VirtError('ACCESS_DENIED', `registry of ids: others could change ${path}`, {
    path,
    hint: `stop all containers, and remove ${path}`,
  });
}
