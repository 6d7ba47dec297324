/**
 * Sets of CPUs and NUMA nodes of the host.
 * @see https://libvirt.org/formatdomain.html#cpu-allocation
 */
import { quote, type VirtErrorCode } from '../../errors.js';
import { refusal } from '../refusal.js';

/** libvirt's limit: numbers are below it. */
export const MAX_CPUSET = 16384;

/** `0-3`, `5` or `^2`, with blanks where libvirt allows them. */
const ITEM = /^(?:\^(\d+)|(\d+)(?:\s*-\s*(\d+))?)$/u;

/**
 * The numbers of a set such as `0-3,^2,7`, ascending. Items count from left to right: `^2,0-3` holds 2.
 * @throws VirtError INVALID_ARG for anything else, and for numbers from 16384 on.
 */
export function parseCpuset(text: string, place?: CpusetPlace): readonly number[] {
  const members = new Uint8Array(MAX_CPUSET);
  const items = text.split(',');
  // As in libvirt, a comma at the end means nothing.
  if (items.length > 1 && items.at(-1)?.trim() === '') items.pop();
  for (const item of items) {
    const [, excluded, single = excluded, last = single] = ITEM.exec(item.trim()) ?? [];
    const [from, to] = [Number(single), Number(last)];
    if (!(from <= to && to < MAX_CPUSET)) {
      const where = place ? `: attribute '${place.attribute}' of <${place.element}>` : '';
      throw refusal('INVALID_ARG', `Failed to parse bitmap ${quote(text)}${where}`);
    }
    members.fill(excluded === undefined ? 1 : 0, from, to + 1);
  }
  return Array.from(members.keys()).filter((number) => members[number] === 1);
}

/** Ascending numbers as libvirt prints them: `0-1,3`. */
export function formatCpuset(members: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const member of members) {
    const range = ranges.at(-1);
    if (range?.last === member - 1) range.last = member;
    else ranges.push({ first: member, last: member });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Where a set stands: attribute and element, for messages; the code for an empty set where it is not the usual one. */
export interface CpusetPlace {
  readonly attribute: string;
  readonly element: string;
  readonly emptyCode?: VirtErrorCode;
}

/** The set in its one printed form; absent stays absent. @throws VirtError when it is malformed or empty. */
export function checkCpuset(text: string | undefined, place: CpusetPlace): string | undefined {
  return text === undefined ? undefined : formatCpuset(readCpuset(text, place));
}

/** The same for a set that libvirt requires. @throws VirtError XML_ERROR when it is missing. */
export function requireCpuset(text: string | undefined, place: CpusetPlace): readonly number[] {
  if (text === undefined) {
    throw refusal('XML_ERROR', `Missing attribute '${place.attribute}' in element <${place.element}>`);
  }
  return readCpuset(text, place);
}

function readCpuset(text: string, place: CpusetPlace): readonly number[] {
  const members = parseCpuset(text, place);
  if (members.length === 0) {
    const { attribute, element, emptyCode = 'CONFIG_UNSUPPORTED' } = place;
    throw refusal(
      emptyCode,
      `Invalid value of '${attribute}': ${quote(text)} in <${element}> holds no number`,
    );
  }
  return members;
}
