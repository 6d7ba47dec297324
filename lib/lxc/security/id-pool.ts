/** Which ranges of the host's ids containers may have. */
import { createHash } from 'node:crypto';
import type { IdRange } from '../../driver.js';
import { checkIdRange, IDS_PER_CONTAINER, overlapsAny, parseIdRange } from './id-range.js';
import { readHostIds } from './subordinate-ids.js';

/** The range of systemd-nspawn, which nothing else hands out. */
const DEFAULT_RANGE: IdRange = { start: 0x8_0000, count: 0x7000_0000 - 0x8_0000 };
const VARIABLE = 'VIRTAINER_ID_RANGE';

export interface IdPool {
  /** Who says so, for messages. */
  readonly origin: string;
  readonly ranges: readonly IdRange[];
  /** What belongs to other users of the host, in order and apart from each other. */
  readonly others: readonly IdRange[];
}

export interface IdPoolSources {
  /** What the user of the package says; comes first. */
  readonly idRange?: IdRange | undefined;
  /** Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where `subuid`, `subgid`, `passwd` and `group` are. Default: `/etc`. */
  readonly etc?: string | undefined;
}

/**
 * The first that is there: the option, the environment, root's entries in /etc/subuid and /etc/subgid, the default.
 * @throws VirtError INVALID_ARG for the first two, CONF_SYNTAX for root's entries.
 */
export function readIdPool({ idRange, env = process.env, etc }: IdPoolSources): IdPool {
  const { root, others } = readHostIds(etc);
  if (idRange)
    return { origin: "option 'idRange'", ranges: [checkIdRange(idRange, "option 'idRange'")], others };
  const text = env[VARIABLE];
  if (text) return { origin: VARIABLE, ranges: [parseIdRange(text, VARIABLE)], others };
  if (root.length > 0) return { origin: 'root in /etc/subuid and /etc/subgid', ranges: root, others };
  return { origin: 'the default range', ranges: [DEFAULT_RANGE], others };
}

/** How many containers the pool would be enough for if nobody else had ids in it. */
export function poolSize({ ranges }: IdPool): number {
  return ranges.reduce((sum, range) => sum + containersIn(range), 0);
}

/**
 * First ids of all ranges that may be given to a domain, each once. The same domain's begin at the same place, so that
 * it usually gets the ids it had, and others begin elsewhere.
 */
export function* idCandidates(pool: IdPool, uuid: string): Generator<number> {
  const size = poolSize(pool);
  const first = createHash('sha256').update(uuid).digest().readUIntBE(0, 6) % size;
  for (let step = 0; step < size; step++) {
    const start = startOf(pool, (first + step) % size);
    if (!overlapsAny({ start, count: IDS_PER_CONTAINER }, pool.others)) yield start;
  }
}

function startOf({ ranges }: IdPool, place: number): number {
  let rest = place;
  for (const range of ranges) {
    if (rest < containersIn(range)) return range.start + rest * IDS_PER_CONTAINER;
    rest -= containersIn(range);
  }
  throw new RangeError(`place ${place} is beyond the pool`);
}

function containersIn({ count }: IdRange): number {
  return Math.floor(count / IDS_PER_CONTAINER);
}
