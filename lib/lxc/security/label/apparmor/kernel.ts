/** The profiles that the kernel has. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemError } from '../../../../errors.js';
import { isErrno } from '../../../errno.js';
import type { HostTree } from '../../../host/tree.js';
import { compilePolicy } from './parser.js';

const FOLDER = 'sys/kernel/security/apparmor';

export interface ApparmorKernel {
  /** Mode by name; undefined when the kernel does not show its list: securityfs is not mounted. */
  profiles(): Promise<ReadonlyMap<string, string> | undefined>;
  /** Loads a profile given as text, in the place of one of its name. */
  load(policy: string): Promise<void>;
  /** Removes a profile; nothing happens when there is none. */
  remove(name: string): Promise<void>;
}

export function kernelApparmor(tree: HostTree): ApparmorKernel {
  const path = (file: string): string => tree.locate(`${FOLDER}/${file}`);
  return {
    profiles: async () => {
      const text = await tree.text(`${FOLDER}/profiles`);
      return text === undefined ? undefined : parseProfiles(text);
    },
    load: async (policy) => writeOnce(path('.replace'), await compilePolicy(tree, policy)),
    remove: async (name) => {
      try {
        await writeOnce(path('.remove'), Buffer.from(name));
      } catch (cause) {
        if (!isErrno((cause as Error).cause, 'ENOENT')) throw cause;
      }
    },
  };
}

/** Lines such as `docker-default (enforce)`; a name may hold spaces and parentheses itself. */
export function parseProfiles(text: string): ReadonlyMap<string, string> {
  const profiles = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, mode] = /^(.+) \((\w+)\)$/u.exec(line) ?? [];
    if (name !== undefined && mode !== undefined) profiles.set(name, mode);
  }
  return profiles;
}

/** The kernel takes each write for a whole policy. */
async function writeOnce(path: string, data: Uint8Array): Promise<void> {
  try {
    const file = await open(path, constants.O_WRONLY);
    try {
      const { bytesWritten } = await file.write(data);
      if (bytesWritten !== data.length)
        throw new Error(`only ${bytesWritten} of ${data.length} bytes were taken`);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw systemError('cannot change the AppArmor profiles of the kernel', cause, {
      path,
      domain: 'SECURITY',
    });
  }
}
