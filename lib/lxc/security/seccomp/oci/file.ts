/** Reads a profile's file: it decides what a container may do, so nobody but its owner may have written it. */
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { VirtError, systemError } from '../../../../errors.js';

/** Docker's has 15 KiB. */
const MAX_BYTES = 1024 * 1024;

/**
 * @throws VirtError INVALID_ARG for a relative path; SYSTEM_ERROR when it cannot be read; CONFIG_UNSUPPORTED when
 *   it is no ordinary file, too large, or can be changed by others
 */
export async function readProfile(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new VirtError('INVALID_ARG', `the path of a seccomp profile must be absolute: '${path}'`, {
      domain: 'SECURITY',
    });
  }
  const file = await openProfile(path);
  try {
    const stats = await file.stat();
    check(path, stats);
    return await readText(file, path);
  } finally {
    await file.close();
  }
}

async function openProfile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw systemError(`cannot read the seccomp profile ${path}`, cause, { domain: 'SECURITY', path });
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const content = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  try {
    for (let count = -1; count !== 0 && length < content.length; length += count) {
      ({ bytesRead: count } = await file.read(content, length, content.length - length));
    }
  } catch (cause) {
    throw systemError(`cannot read the seccomp profile ${path}`, cause, { domain: 'SECURITY', path });
  }
  if (length > MAX_BYTES) throw unsupported(path, `it is larger than ${MAX_BYTES} bytes`);
  return content.toString('utf8', 0, length);
}

function check(path: string, stats: Stats): void {
  if (!stats.isFile()) throw unsupported(path, 'it is no ordinary file');
  if (stats.size > MAX_BYTES) throw unsupported(path, `it is larger than ${MAX_BYTES} bytes`);
  if (stats.uid !== 0 && stats.uid !== process.geteuid?.())
    throw unsupported(path, 'it is not owned by root');
  if ((stats.mode & 0o022) !== 0) {
    throw unsupported(path, 'it can be written by its group or everybody', `chmod go-w ${path}`);
  }
}

function unsupported(path: string, why: string, hint?: string): VirtError {
  return new VirtError('CONFIG_UNSUPPORTED', `seccomp profile ${path}: ${why}`, {
    domain: 'SECURITY',
    path,
    hint,
  });
}
