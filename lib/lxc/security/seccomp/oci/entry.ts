/** One entry of a profile's `syscalls`. */
import { COMPARISON_OPS, type Action, type Comparison } from '../abi.js';
import { readAction } from './action.js';
import type { JsonPlace } from './json.js';

/** What an entry is for, or not for. */
export interface Condition {
  /** Docker's names of architectures. */
  readonly arches: readonly string[];
  /** `CAP_` names. */
  readonly capabilities: readonly string[];
  readonly minKernel?: readonly [major: number, minor: number];
}

export interface Entry {
  readonly place: JsonPlace;
  readonly names: readonly string[];
  readonly action: Action;
  readonly comparisons: readonly Comparison[];
  readonly includes: Condition;
  readonly excludes: Condition;
}

const MEMBERS = [
  'name',
  'names',
  'action',
  'errnoRet',
  'errno',
  'args',
  'comment',
  'includes',
  'excludes',
] as const;
const LAST_ARGUMENT = 5;
const NO_CONDITION: Condition = { arches: [], capabilities: [] };

export function readEntry(place: JsonPlace): Entry {
  const member = place.members(MEMBERS);
  const action = member('action');
  if (!action) throw place.error('has no action');
  return {
    place,
    names: readNames(place, member('name'), member('names')),
    action: readAction(action, { number: member('errnoRet'), name: member('errno') }),
    comparisons: readComparisons(member('args')),
    includes: readCondition(member('includes')),
    excludes: readCondition(member('excludes')),
  };
}

function readNames(
  place: JsonPlace,
  one: JsonPlace | undefined,
  many: JsonPlace | undefined,
): readonly string[] {
  const places = [...(one ? [one] : []), ...(many?.items() ?? [])];
  if (one && many) throw place.error('has both name and names');
  if (places.length === 0) throw place.error('names no system call');
  return places.map((name) => {
    const text = name.string();
    if (!/^\w+$/u.test(text)) throw name.wrong('the name of a system call');
    return text;
  });
}

function readComparisons(place: JsonPlace | undefined): readonly Comparison[] {
  const read: Comparison[] = [];
  for (const item of place?.items() ?? []) {
    const comparison = readComparison(item);
    if (read.some(({ index }) => index === comparison.index)) {
      throw item.unsupported(
        `compares argument ${comparison.index} again: write an entry for each comparison`,
      );
    }
    read.push(comparison);
  }
  return read;
}

function readComparison(place: JsonPlace): Comparison {
  const member = place.members(['index', 'value', 'valueTwo', 'op', 'comment']);
  const [index, value, op] = [member('index'), member('value'), member('op')];
  if (!index || !op) throw place.error(`has no ${index ? 'op' : 'index'}`);
  const known = COMPARISON_OPS.find((one) => `SCMP_CMP_${one}` === op.string());
  if (!known) throw op.wrong(`one of ${COMPARISON_OPS.map((one) => `SCMP_CMP_${one}`).join(', ')}`);
  const comparison = {
    index: index.integer(LAST_ARGUMENT),
    op: known,
    value: value?.uint64() ?? 0n,
    valueTwo: member('valueTwo')?.uint64() ?? 0n,
  };
  if (known !== 'MASKED_EQ') return { ...comparison, valueTwo: 0n };
  if ((comparison.valueTwo & ~comparison.value) !== 0n) {
    throw place.error('is never true: valueTwo has bits that the mask, value, does not have');
  }
  return comparison;
}

function readCondition(place: JsonPlace | undefined): Condition {
  if (!place) return NO_CONDITION;
  const member = place.members(['arches', 'caps', 'minKernel']);
  const minKernel = member('minKernel');
  return {
    arches: (member('arches')?.items() ?? []).map((arch) => arch.string()),
    capabilities: (member('caps')?.items() ?? []).map(readCapability),
    ...(minKernel && minKernel.string() !== '' ? { minKernel: readKernel(minKernel) } : {}),
  };
}

/** One that is not known here may be a newer kernel's: no container has it. */
function readCapability(place: JsonPlace): string {
  const name = place.string();
  if (!/^CAP_[A-Z0-9_]+$/u.test(name)) throw place.wrong('the name of a capability');
  return name;
}

function readKernel(place: JsonPlace): readonly [number, number] {
  const [, major, minor] = /^(\d{1,6})\.(\d{1,6})(?:\.\d+)?$/u.exec(place.string()) ?? [];
  if (major === undefined || minor === undefined) throw place.wrong("a kernel's version, such as 4.8");
  return [Number(major), Number(minor)];
}
