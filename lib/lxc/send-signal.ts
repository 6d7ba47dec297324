/** Signals to processes numbered as the container numbers them. */
import { readFileSync } from 'node:fs';
import { VirtError, systemError } from '../errors.js';
import { whileActive, type ActiveDomain } from './active.js';
import { membersBelow } from './cgroup/remove.js';
import type { Context } from './context.js';
import { isErrno } from './errno.js';
import { native } from './native.js';
import { parseStatus } from './process-text.js';
import { startTimeOf, withProcess, type ProcessIdentity } from './process.js';

export async function sendSignal(context: Context, uuid: string, pid: number, signal: number): Promise<void> {
  await whileActive(context, uuid, async (active) => {
    const target = pid === 1 ? active.init : await findMember(active, pid);
    const sent = target && (await withProcess(target, (pidfd) => send(pidfd, signal)));
    if (!sent) throw new VirtError('INVALID_ARG', `no process ${pid} in the container`);
  });
}

function send(pidfd: number, signal: number): boolean {
  try {
    native().pidfdSendSignal(pidfd, signal);
    return true;
  } catch (cause) {
    if (isErrno(cause, 'ESRCH')) return false;
    throw systemError('cannot send signal', cause);
  }
}

/** The host's name of a process that has this number in the container's own namespace. */
async function findMember(active: ActiveDomain, pid: number): Promise<ProcessIdentity | undefined> {
  const [group] = active.record.cgroups.groups;
  const depth = numbersOf(active.init.pid).length;
  if (!group || depth === 0) return undefined;
  for (const member of await membersBelow(group.directory)) {
    const startTime = startTimeOf(member);
    if (startTime !== undefined && numbersOf(member)[depth - 1] === pid) return { pid: member, startTime };
  }
  return undefined;
}

/** The numbers of a process in each namespace it is in, ours first. */
function numbersOf(pid: number): readonly number[] {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8')).numbers;
  } catch {
    return [];
  }
}
