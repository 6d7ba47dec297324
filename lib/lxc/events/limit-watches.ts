/** How the kernel tells that a container has reached a limit: which files are watched, and how often that is recorded. */
import { join } from 'node:path';
import { controllerGroup, type Group } from '../cgroup/layout.js';

/** One file that the controller watches. See `watch` in docs/protocol.md. */
export interface LimitWatch {
  readonly kind: 'oom' | 'pids' | 'memory';
  /** `eventfd`: cgroup.event_control of version 1; `modified`: the file itself tells; `psi`: a pressure trigger. */
  readonly how: 'eventfd' | 'modified' | 'psi';
  readonly file: string;
  /** Of the event or trigger; with `modified`, milliseconds between looks at a file that may not tell, or empty. */
  readonly argument: string;
  /** Of the counter in the file; empty: there is none. */
  readonly key: string;
  readonly limitFile: string;
  readonly burst: number;
  readonly intervalMs: number;
}

/** A number in a file of a group. */
export interface GroupCounter {
  readonly file: string;
  readonly key: string;
}

type Watched = Omit<LimitWatch, 'file' | 'limitFile' | 'burst' | 'intervalMs'> & {
  readonly file: string;
  readonly limit: string;
};

/**
 * So many records at once, and one at each interval after that. A container that runs into its limits all the time
 * makes less than ten megabytes of journal a day; every single OOM kill of an ordinary one is recorded.
 */
const RATES: Readonly<Record<LimitWatch['kind'], Pick<LimitWatch, 'burst' | 'intervalMs'>>> = {
  oom: { burst: 20, intervalMs: 30_000 },
  pids: { burst: 1, intervalMs: 30_000 },
  memory: { burst: 1, intervalMs: 60_000 },
};

const OOM_KEY = 'oom_kill';

/** `critical`: almost nothing that the kernel looks at can be freed. */
const MEMORY_1: readonly Watched[] = [
  {
    kind: 'oom',
    how: 'eventfd',
    file: 'memory.oom_control',
    argument: '',
    key: OOM_KEY,
    limit: 'memory.limit_in_bytes',
  },
  {
    kind: 'memory',
    how: 'eventfd',
    file: 'memory.pressure_level',
    argument: 'critical',
    key: '',
    limit: 'memory.limit_in_bytes',
  },
];

/** The trigger: for 300 of 2000 milliseconds some process could not run, because it waited for memory. */
const MEMORY_2: readonly Watched[] = [
  { kind: 'oom', how: 'modified', file: 'memory.events', argument: '', key: OOM_KEY, limit: 'memory.max' },
  {
    kind: 'memory',
    how: 'psi',
    file: 'memory.pressure',
    argument: 'some 300000 2000000',
    key: '',
    limit: 'memory.max',
  },
];

/** Kernels from 6.11 on count failed forks of version 1, and notify nobody: the file is looked at from time to time. */
const LOOK_MS = '5000';
const PIDS: Readonly<Record<Group['version'], readonly Watched[]>> = {
  1: [
    { kind: 'pids', how: 'modified', file: 'pids.events', argument: LOOK_MS, key: 'max', limit: 'pids.max' },
  ],
  2: [{ kind: 'pids', how: 'modified', file: 'pids.events', argument: '', key: 'max', limit: 'pids.max' }],
};

export function limitWatches(groups: readonly Group[]): LimitWatch[] {
  const memory = controllerGroup(groups, 'memory');
  const pids = controllerGroup(groups, 'pids');
  return [
    ...(memory ? watchesOf(memory, memory.version === 1 ? MEMORY_1 : MEMORY_2) : []),
    ...(pids ? watchesOf(pids, PIDS[pids.version]) : []),
  ];
}

/** Where the kernel counts the container's OOM kills. */
export function oomCounter(groups: readonly Group[]): GroupCounter | undefined {
  const oom = limitWatches(groups).find(({ kind }) => kind === 'oom');
  return oom && { file: oom.file, key: oom.key };
}

function watchesOf({ directory }: Group, watched: readonly Watched[]): LimitWatch[] {
  return watched.map(({ file, limit, ...how }) => ({
    ...how,
    ...RATES[how.kind],
    file: join(directory, file),
    limitFile: join(directory, limit),
  }));
}
