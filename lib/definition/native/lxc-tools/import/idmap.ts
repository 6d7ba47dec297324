/** The user namespace. */
import { quote } from '../../../../errors.js';
import type { Idmap, IdmapEntry } from '../../../domain/index.js';
import { refusal } from '../../../refusal.js';
import type { Config } from '../config.js';
import { words } from '../values.js';

interface Line {
  readonly kind: 'u' | 'g' | 'b';
  readonly first: number;
  readonly second: number;
  readonly count: number;
}

/**
 * lxc-tools writes container, host, count. libvirt reads host, container, count, and so do its tests.
 * A map has to hold root: who has 0 in the first column in any line wrote for lxc-tools.
 */
export function importIdmap(config: Config): Idmap | undefined {
  const lines = config.all('lxc.idmap', 'lxc.id_map').map(({ value }) => readLine(value));
  if (lines.length === 0) return undefined;
  const isContainerFirst = lines.some(({ first }) => first === 0);
  const entries = (kind: 'u' | 'g'): readonly IdmapEntry[] =>
    lines
      .filter((line) => line.kind === kind || line.kind === 'b')
      .map(({ first, second, count }) =>
        isContainerFirst ? { start: first, target: second, count } : { start: second, target: first, count },
      );
  return { uids: entries('u'), gids: entries('g') };
}

function readLine(value: string): Line {
  const [kind, ...columns] = words(value);
  const [first, second, count] = columns.map((column) => (/^\d{1,10}$/u.test(column) ? Number(column) : NaN));
  const isKind = kind === 'u' || kind === 'g' || kind === 'b';
  if (!isKind || columns.length !== 3 || !isId(first) || !isId(second) || !isId(count)) {
    throw refusal('INTERNAL_ERROR', `invalid lxc.idmap: ${quote(value)}`);
  }
  return { kind, first, second, count };
}

function isId(number: number | undefined): number is number {
  return Number.isSafeInteger(number);
}
