/** The processes of a container, as the host sees them. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { IdmapEntry } from '../../definition/domain/index.js';
import type { ContainerProcess } from '../../statistics.js';
import { notRunning, whileActive, type ActiveDomain } from '../active.js';
import { groupOf, unifiedGroup } from '../cgroup/layout.js';
import { isMember, membersBelow } from '../cgroup/remove.js';
import type { Context } from '../context.js';
import { isGoneError } from '../errno.js';
import { isAlive } from '../process.js';
import { parseStat, parseStatus, type ProcessStat, type ProcessStatus } from '../process-text.js';
import { readArguments } from './command-line.js';
import { ticksToNs } from './kernel-text.js';
import { loopShare } from './loop-share.js';

/** In the order of their numbers inside. @throws VirtError OPERATION_INVALID, NO_DOMAIN */
export async function listProcesses(context: Context, uuid: string): Promise<readonly ContainerProcess[]> {
  return whileActive(context, uuid, async (active) => {
    const seen = await lookAtMembers(active);
    if (!isAlive(active.init)) throw notRunning();
    return describe(seen, active);
  });
}

interface Seen {
  readonly hostPid: number;
  readonly stat: ProcessStat;
  readonly status: ProcessStatus;
  readonly argv: readonly string[];
}

async function lookAtMembers({ record }: ActiveDomain): Promise<readonly Seen[]> {
  const { groups } = record.cgroups;
  // A container can make groups of its own in version 2, and none in this controller of version 1.
  const directory = (groupOf(groups, 'pids') ?? unifiedGroup(groups) ?? groups[0])?.directory;
  if (directory === undefined) return [];
  const seen = [];
  for (const hostPid of await membersBelow(directory)) {
    const turn = loopShare.admit();
    if (turn) await turn;
    const member = await lookAt(hostPid, directory);
    if (member) seen.push(member);
  }
  return seen;
}

/** Undefined for a process that has ended, and for another one that has its number now. */
async function lookAt(hostPid: number, directory: string): Promise<Seen | undefined> {
  try {
    const stat = readStat(hostPid);
    if (!stat || !isMember(hostPid, directory)) return undefined;
    const status = parseStatus(readFileSync(`/proc/${hostPid}/status`, 'utf8'));
    const argv = await readArguments(`/proc/${hostPid}/cmdline`);
    return readStat(hostPid)?.startTime === stat.startTime ? { hostPid, stat, status, argv } : undefined;
  } catch (cause) {
    if (isGoneError(cause)) return undefined;
    throw cause;
  }
}

function readStat(pid: number): ProcessStat | undefined {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

function describe(seen: readonly Seen[], { init, record }: ActiveDomain): readonly ContainerProcess[] {
  // The namespaces that init is in, ours first: in the last of them processes have their numbers of the container.
  const depth = seen.find(({ hostPid }) => hostPid === init.pid)?.status.numbers.length ?? 0;
  const inside = new Map(seen.map(({ hostPid, status }) => [hostPid, status.numbers[depth - 1]]));
  const bootedAt = Date.now() - uptime() * 1000;
  const processes = seen.flatMap(({ hostPid, stat, status, argv }): ContainerProcess[] => {
    const pid = inside.get(hostPid);
    // What is about to enter the container is in its groups, but not in it yet.
    if (pid === undefined) return [];
    return [
      {
        pid,
        hostPid,
        parent: inside.get(stat.parent) ?? 0,
        uid: insideUid(status.uid, record.ids?.uids),
        state: stat.state,
        threads: stat.threads,
        cpuTimeNs: ticksToNs(stat.cpuTicks),
        rssKiB: status.rssKiB,
        startedAt: new Date(bootedAt + Number(ticksToNs(BigInt(stat.startTime)) / 1_000_000n)),
        name: stat.name,
        argv,
      },
    ];
  });
  return processes.sort((one, other) => one.pid - other.pid);
}

/** What the kernel says for a user who has no number there. */
const NOBODY = 65_534;

/** @param map - absent for a container with the users of the host. */
export function insideUid(uid: number, map: readonly IdmapEntry[] | undefined): number {
  if (!map) return uid;
  const entry = map.find(({ target, count }) => uid >= target && uid < target + count);
  return entry ? entry.start + uid - entry.target : NOBODY;
}
