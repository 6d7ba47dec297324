/** Rows of host ids, and what of them can be given to containers. */
import { inspect } from 'node:util';
import type { IdRange } from '../../driver.js';
import { quote, VirtError } from '../../errors.js';

/** How many ids a container gets: all that 16 bits can name, as elsewhere. */
export const IDS_PER_CONTAINER = 65_536;

/** Below are the host's own users, systemd's dynamic ones and nobody. */
const FIRST_ID = 65_536;
/** The last 32-bit number means "no id". */
const ID_LIMIT = 0xffff_ffff;

/**
 * Checks a range that a user gives.
 * @throws VirtError INVALID_ARG for one that no container fits in, that has ids of the host's own users, or no ids.
 */
export function checkIdRange(range: IdRange, what: string): IdRange {
  const { start, count } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(count)) {
    throw invalid(what, `must have a whole number as start and count, not ${inspect(range, { depth: 0 })}`);
  }
  if (start < FIRST_ID) throw invalid(what, `must begin at ${FIRST_ID} or above, not ${start}`);
  if (count < IDS_PER_CONTAINER) {
    throw invalid(what, `must have ${IDS_PER_CONTAINER} ids for one container at least, not ${count}`);
  }
  if (start + count > ID_LIMIT)
    throw invalid(what, `must end below ${ID_LIMIT}, not at ${start + count - 1}`);
  return { start, count };
}

/** Reads `START:COUNT`. @throws VirtError INVALID_ARG. */
export function parseIdRange(text: string, what: string): IdRange {
  const [, start, count] = /^(\d{1,10}):(\d{1,10})$/u.exec(text) ?? [];
  if (start === undefined || count === undefined)
    throw invalid(what, `must be START:COUNT, not ${quote(text)}`);
  return checkIdRange({ start: Number(start), count: Number(count) }, what);
}

function invalid(what: string, why: string): VirtError {
  return new VirtError('INVALID_ARG', `${what} ${why}`, {
    hint: `for example ${8 * IDS_PER_CONTAINER}:${1024 * IDS_PER_CONTAINER} for 1024 containers`,
  });
}

/** The same ids in as few ranges as possible, in order. */
export function mergeRanges(ranges: readonly IdRange[]): readonly IdRange[] {
  const merged: IdRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (!last || last.start + last.count < range.start) merged.push(range);
    else merged[merged.length - 1] = union(last, range);
  }
  return merged;
}

/** Of ranges that touch, the first one first. */
function union(first: IdRange, second: IdRange): IdRange {
  const end = Math.max(first.start + first.count, second.start + second.count);
  return { start: first.start, count: end - first.start };
}

/** Whether a range has an id of merged ones. */
export function overlapsAny({ start, count }: IdRange, merged: readonly IdRange[]): boolean {
  let [low, high] = [0, merged.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = merged[middle];
    if (at && at.start + at.count <= start) low = middle + 1;
    else high = middle;
  }
  const next = merged[low];
  return next !== undefined && next.start < start + count;
}
