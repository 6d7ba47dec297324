/** Writing one limit. */
import { constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VirtError, systemError, type VirtErrorCode } from '../../errors.js';
import { isErrno } from '../errno.js';
import type { GroupFile } from './limits.js';

/** What the kernel says of a value that it does not take. */
const REFUSALS = ['EINVAL', 'ERANGE', 'ENODEV', 'EOPNOTSUPP', 'ENOSPC', 'EACCES'];

/**
 * @param refused - the code for a value that this host's kernel does not take
 * @throws VirtError that code; OPERATION_FAILED when the container uses more than it is to have
 */
export async function writeLimit(limit: GroupFile, refused: VirtErrorCode): Promise<void> {
  const { group, names, device, element } = limit;
  try {
    const value = limit.value === '' ? await inherited(limit) : limit.value;
    await writeFirst(limit, device === undefined ? value : `${device} ${value}`);
  } catch (cause) {
    const doing = `${element}: cannot set ${names.join(' or ')} to '${limit.value}'`;
    const details = { domain: 'CGROUP', path: join(group.directory, names[0]) } as const;
    if (isErrno(cause, 'EBUSY')) {
      throw new VirtError('OPERATION_FAILED', `${doing}: the container uses more and can't be reduced`, {
        ...details,
        cause,
        hint: 'stop some of its processes, or choose a higher limit',
      });
    }
    const error = systemError(doing, cause, details);
    if (!REFUSALS.some((code) => isErrno(cause, code)) && !isErrno(cause, 'ENOENT')) throw error;
    const code = isErrno(cause, 'ENOENT') && refused === 'INVALID_ARG' ? 'OPERATION_INVALID' : refused;
    throw new VirtError(code, error.message, {
      ...details,
      cause,
      errno: error.errno,
      hint: `the kernel of this host does not take it: change or remove ${element}`,
    });
  }
}

/** An empty set of version 1 holds nothing; one of version 2 is that of the group above. */
async function inherited({ group, names }: GroupFile): Promise<string> {
  return group.version === 2 ? '\n' : readFile(join(dirname(group.directory), names[0]), 'utf8');
}

async function writeFirst({ group, names, optional }: GroupFile, text: string): Promise<void> {
  let missing: unknown;
  for (const name of names) {
    try {
      await writeFile(join(group.directory, name), text, { flag: constants.O_WRONLY | constants.O_TRUNC });
      return;
    } catch (cause) {
      if (!isErrno(cause, 'ENOENT')) throw cause;
      missing = cause;
    }
  }
  if (optional !== true) throw missing;
}
