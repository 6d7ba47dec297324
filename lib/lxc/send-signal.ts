/** Signals to processes numbered as the container numbers them. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtError, systemError } from '../errors.js';
import { requireActive, type ActiveDomain } from './active.js';
import type { Context } from './context.js';
import { native } from './native.js';
import { startTimeOf, withProcess, type ProcessIdentity } from './process.js';

export async function sendSignal(context: Context, uuid: string, pid: number, signal: number): Promise<void> {
  const active = await requireActive(context, uuid);
  const target = pid === 1 ? active.init : await findMember(active, pid);
  const sent = target && (await withProcess(target, (pidfd) => send(pidfd, signal)));
  if (!sent) throw new VirtError('INVALID_ARG', `no process ${pid} in the container`);
}

function send(pidfd: number, signal: number): true {
  try {
    native().pidfdSendSignal(pidfd, signal);
    return true;
  } catch (cause) {
    throw systemError('cannot send signal', cause);
  }
}

/** The host's number of a container process: the last one in its NSpid line is the container's. */
async function findMember(active: ActiveDomain, pid: number): Promise<ProcessIdentity | undefined> {
  const [group] = active.record.cgroups.groups;
  if (!group) return undefined;
  const members = (await readFile(join(group.directory, 'cgroup.procs'), 'utf8')).split('\n');
  for (const member of members.filter((line) => line !== '').map(Number)) {
    const startTime = startTimeOf(member);
    if (startTime !== undefined && numberInside(member) === pid) return { pid: member, startTime };
  }
  return undefined;
}

function numberInside(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}
