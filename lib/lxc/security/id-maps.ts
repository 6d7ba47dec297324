/** The maps of a running container's user namespace, as the kernel has them. */
import { readFileSync } from 'node:fs';
import type { IdmapEntry } from '../../definition/domain/index.js';
import { isAlive, type ProcessIdentity } from '../process.js';
import type { LiveSecurity } from './report.js';

/** Undefined when the process is gone. */
export function readIdMaps(init: ProcessIdentity): LiveSecurity | undefined {
  try {
    const maps = { uids: readMap(init.pid, 'uid_map'), gids: readMap(init.pid, 'gid_map') };
    return isAlive(init) ? maps : undefined;
  } catch {
    return undefined;
  }
}

function readMap(pid: number, file: 'uid_map' | 'gid_map'): readonly IdmapEntry[] {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [start = 0, target = 0, count = 0] = line.trim().split(/\s+/u).map(Number);
      return { start, target, count };
    });
}
