/** Asking the loaded policy about contexts. */
import { open } from 'node:fs/promises';
import type { HostTree } from '../../../host/tree.js';
import { isErrno } from '../../../errno.js';
import { systemError } from '../../../../errors.js';

const MAX_CONTEXT_BYTES = 4096;

export interface SelinuxKernel {
  /** The context as the policy writes it; undefined when the policy has no such one. */
  canonical(context: string): Promise<string | undefined>;
}

export function kernelSelinux(tree: HostTree): SelinuxKernel {
  return { canonical: (context) => canonical(tree.locate('sys/fs/selinux/context'), context) };
}

async function canonical(path: string, context: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r+');
    try {
      await file.write(Buffer.from(`${context}\0`));
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(MAX_CONTEXT_BYTES),
        0,
        MAX_CONTEXT_BYTES,
        null,
      );
      return buffer.toString('utf8', 0, bytesRead).replace(/\0.*$/su, '') || context;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isErrno(cause, 'EINVAL')) return undefined;
    throw systemError('cannot ask the SELinux policy for a label', cause, { path, domain: 'SECURITY' });
  }
}
