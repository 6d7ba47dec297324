/** What only trying tells. */
import { accessSync, closeSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AT_FDCWD, controllerPath, native, O_PATH } from '../../native.js';
import { seccompSupport } from '../../security/seccomp/index.js';
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
  seccomp: seccompSupport,
};

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
