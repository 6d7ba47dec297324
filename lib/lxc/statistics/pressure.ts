/** How long processes of a container have waited for a resource: only groups of version 2 know. */
import { compact, compactOrNothing } from '../../definition/plain/compact.js';
import type { Pressure, PressureStats, ResourcePressure } from '../../statistics.js';
import { unifiedGroup, type Group } from '../cgroup/layout.js';
import { numberIn, pairsOf } from './kernel-text.js';
import type { ReadFile } from './kept-files.js';
import { filesOf } from './versions.js';

/** Undefined on a host without version 2, and on one that was booted without this information. */
export function readPressure(groups: readonly Group[], read: ReadFile): PressureStats | undefined {
  const group = unifiedGroup(groups);
  if (!group) return undefined;
  const file = filesOf(group, read);
  return compactOrNothing({
    cpu: parsePressure(file('cpu.pressure')),
    memory: parsePressure(file('memory.pressure')),
    io: parsePressure(file('io.pressure')),
  });
}

export function parsePressure(text: string | undefined): ResourcePressure | undefined {
  const some = text === undefined ? undefined : lineOf(text, 'some');
  return text === undefined || !some ? undefined : compact({ some, full: lineOf(text, 'full') });
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` */
function lineOf(text: string, kind: 'some' | 'full'): Pressure | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${kind} `));
  if (line === undefined) return undefined;
  const values = pairsOf(line);
  const percent = (name: string): number => Number(values.get(name) ?? 0);
  return {
    avg10: percent('avg10'),
    avg60: percent('avg60'),
    avg300: percent('avg300'),
    totalUs: numberIn(values.get('total')) ?? 0n,
  };
}
