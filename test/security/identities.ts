/** Directories of the host that no container shows, known by device and inode. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { identity } from './inside.js';

const PRIVATE = ['/', '/etc', '/home', '/root', '/tmp', '/var', '/proc', '/dev', '/dev/pts', '/run', '/boot'];

/** Maps identities to paths; with the folders that these paths are in. */
export function hostDirectories(...more: readonly string[]): ReadonlyMap<string, string> {
  const paths = new Set(PRIVATE);
  for (const path of more) for (let at = path; at !== '/'; at = dirname(at)) paths.add(at);
  return new Map(
    [...paths].map((path) => [identity(statSync(path, { bigint: true, throwIfNoEntry: false })), path]),
  );
}
