/** What can happen to a domain, and how its processes end: plain data. */

/** How an init or a command ended: exactly one of `exitCode` and `signal` is set. */
export interface ExitStatus {
  /** The code it exited with, or null. */
  readonly exitCode: number | null;
  /** The signal that killed it, or null. */
  readonly signal: NodeJS.Signals | null;
  /** True when it was the kernel's OOM killer that killed an init; absent otherwise. */
  readonly oomKilled?: true;
}

/** What every event has that is recorded in the journal of a state folder. */
interface Recorded {
  /** Name of the domain. */
  readonly domain: string;
  readonly uuid: string;
  /** Position in the journal of the connection's state folder: starts at 1, no gaps. */
  readonly sequence: number;
  readonly at: Date;
}

/** A lifecycle event. Mirrors `virDomainEventLifecycle`. */
export const LIFECYCLE_EVENTS = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'crashed',
] as const;
export type LifecycleEventName = (typeof LIFECYCLE_EVENTS)[number];

/** Processes of a container that the kernel's OOM killer has killed. */
export interface OomKills {
  /** How many. */
  readonly kills: number;
  /** Who it was, as the host numbers it; absent when this tells of several, or the kernel's log can't be read. */
  readonly process?: { readonly pid: number; readonly name: string };
  /**
   * The container's memory limit, KiB; absent when it has none, or when it was not this limit that was reached: that
   * of a group above, or the memory of the host.
   */
  readonly limitKiB?: number;
}

export interface LifecycleEvent extends Recorded {
  readonly type: 'lifecycle';
  readonly event: LifecycleEventName;
  /** libvirt's detail in lower case: added, updated, removed, booted, paused, unpaused, shutdown, destroyed, crashed, failed. */
  readonly detail: string;
  /** With `stopped`: how init ended, when that is known. */
  readonly exit?: ExitStatus;
  /** With `stopped`: init was killed for want of memory. `process` is init, `kills` those of the whole run. */
  readonly oom?: OomKills;
}

/**
 * The OOM killer has killed something in a container. When it was init, a `stopped` event follows, with the same
 * reason. Every kill is told once; of many in a short time all but the first come together in one event.
 */
export interface OomEvent extends Recorded, OomKills {
  readonly type: 'oom';
}

/** A container has reached its limit of processes: forks failed in it. */
export interface PidsLimitEvent extends Recorded {
  readonly type: 'limit';
  readonly resource: 'pids';
  /** How many forks have failed since the last such event. */
  readonly hits: number;
  /** The limit when it was noticed, on cgroup v1 up to 5 s later; absent when there is none any more. */
  readonly limit?: number;
}

/** The processes of a container lose time for want of memory: it is close to its limit, and there is little to free. */
export interface MemoryLimitEvent extends Recorded {
  readonly type: 'limit';
  readonly resource: 'memory';
  /** How often the kernel has told that since the last such event. */
  readonly hits: number;
  /** The memory limit, KiB; absent when there is none. */
  readonly limitKiB?: number;
}

/** A container has reached a limit: one event at once, and then at most one or two a minute, however often it happens. */
export type LimitEvent = PidsLimitEvent | MemoryLimitEvent;

/** An event of a domain, as it is recorded. */
export type RecordedEvent = LifecycleEvent | OomEvent | LimitEvent;

/** Sent instead of events that had to be left out for a reader that is too slow. */
export interface OverflowEvent {
  readonly type: 'overflow';
  /** How many events were left out. */
  readonly dropped: number;
}

export type DomainEvent = RecordedEvent | OverflowEvent;
