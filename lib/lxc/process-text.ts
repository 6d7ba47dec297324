/** What `/proc/PID/stat` and `/proc/PID/status` say of a process, which chooses its own name. */

/** `stat`, by numbers and letters. */
export interface ProcessStat {
  readonly name: string;
  /** One letter. */
  readonly state: string;
  /** Its parent's number. */
  readonly parent: number;
  readonly cpuTicks: bigint;
  readonly threads: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
}

/** Undefined for a text that was cut short. */
export function parseStat(text: string): ProcessStat | undefined {
  // The name may hold anything, newlines and parentheses too: fields are counted from the last one, where field 3 begins.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [state = '', parent] = fields;
  const [userTicks, systemTicks, threads, startTime] = [fields[11], fields[12], fields[17], fields[19]];
  if (userTicks === undefined || systemTicks === undefined || startTime === undefined) return undefined;
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    state,
    parent: Number(parent),
    cpuTicks: BigInt(userTicks) + BigInt(systemTicks),
    threads: Number(threads),
    startTime,
  };
}

/** Whether only its exit status is left. */
export function hasEnded({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}

/** `status`. */
export interface ProcessStatus {
  /** Its number in each PID namespace it is in, ours first. */
  readonly numbers: readonly number[];
  /** Its effective user on the host. */
  readonly uid: number;
  readonly rssKiB: number;
}

/** The kernel escapes newlines of the name here, so no line is the process's own. */
export function parseStatus(text: string): ProcessStatus {
  const words = (field: string): string[] =>
    new RegExp(`^${field}:\\s*(.*)$`, 'mu').exec(text)?.[1]?.trim().split(/\s+/u) ?? [];
  return {
    numbers: words('NSpid').map(Number),
    uid: Number(words('Uid')[1]),
    rssKiB: Number(words('VmRSS')[0] ?? 0),
  };
}
