/** What only trying tells. */
import { accessSync, closeSync, constants, existsSync, lstatSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AT_FDCWD, controllerPath, native, O_PATH } from '../../native.js';
import { seccompSupport } from '../../security/seccomp/index.js';
import { fuseProblem } from '../fuse.js';
import type { Probes } from './check.js';

export const HOST_PROBES: Probes = {
  callProblem: (call) =>
    problemOf(() => {
      closeSync(
        call === 'openat2' ? native().openat2(AT_FDCWD, '/', O_PATH, 0) : native().pidfdOpen(process.pid),
      );
    }),
  nativeProblem: () => problemOf(controllerPath),
  filesystemType: (folder) => {
    try {
      return statfsSync(nearest(folder)).type;
    } catch {
      return undefined;
    }
  },
  isWritable: (folder) =>
    problemOf(() => {
      accessSync(nearest(folder), constants.W_OK);
    }) === undefined,
  rootFolderProblem: (folder) =>
    problemOf(() => {
      const there = nearest(folder);
      accessSync(there, constants.W_OK);
      if (there === folder) checkOwner(folder);
    }),
  fuseProblem: () => fuseProblem(),
  seccomp: seccompSupport,
};

function checkOwner(folder: string): void {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new Error(`${folder} is no folder`);
  if (stat.uid !== 0) throw new Error(`${folder} belongs to user ${stat.uid}`);
  if ((stat.mode & 0o022) !== 0) throw new Error(`${folder} can be changed by others than root`);
}

/** Folders of ours are made when they are needed. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

function problemOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
