/** What is known of a container only where it runs: its init, the maps of its user namespace, and its labels. */
import { readFileSync } from 'node:fs';
import { domainRoot, type CompleteDomain, type IdmapEntry } from '../../definition/domain/index.js';
import {
  inferredKind,
  securityKind,
  securityReport,
  type LiveSecurity,
  type SecurityReport,
} from '../../definition/security/index.js';
import type { ActiveDomain } from '../active.js';
import { HostTree } from '../host/tree.js';
import { isBootingInit } from '../plan/refusals.js';
import { isAlive, type ProcessIdentity } from '../process.js';
import { readProcessLabels } from './label/current.js';

/** Of the active domain when there is one, else of the definition. */
export async function reportSecurity(
  stored: CompleteDomain,
  active: ActiveDomain | undefined,
): Promise<SecurityReport> {
  const live = active && (await readLive(active.init));
  if (live) {
    const { definition, security } = active.record;
    return securityReport(definition, { kind: security.kind, live });
  }
  const root = domainRoot(stored);
  // What looks like a program of its own may be a link to systemd.
  const boots = root?.type === 'mount' ? isBootingInit(stored.os.init, root.source) : undefined;
  return securityReport(stored, {
    kind: securityKind(stored, boots),
    unnamedKind: inferredKind(stored, boots),
  });
}

/** Undefined when the process is gone. */
async function readLive(init: ProcessIdentity): Promise<LiveSecurity | undefined> {
  try {
    const labels = await readProcessLabels(new HostTree(), init.pid);
    const maps = { uids: readMap(init.pid, 'uid_map'), gids: readMap(init.pid, 'gid_map') };
    return isAlive(init) ? { ...maps, labels } : undefined;
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
