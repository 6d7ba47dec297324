/** @see https://libvirt.org/formatdomain.html#memory-tuning */
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, MAX_SIZE_KIB, type ElementReader, type OutputElement } from '../xml/index.js';

/** Limits of memory; absent is unlimited but for swap, and so is libvirt's own number for that, 9007199254740991. */
export interface Memtune {
  /** Memory that the container can't exceed, KiB; in place of `memoryKiB`. */
  readonly hardLimitKiB?: number;
  /** Memory that the container is brought back to when the host is short of it, KiB. */
  readonly softLimitKiB?: number;
  /** KiB; refused at start: containers have no guarantee. */
  readonly minGuaranteeKiB?: number;
  /** Memory and swap together, KiB; not below the hard limit. Absent: no swap; 9007199254740991: unlimited. */
  readonly swapHardLimitKiB?: number;
}

export function parseMemtune(domain: ElementReader): Draft<Memtune> | undefined {
  const memtune = domain.child('memtune');
  return (
    memtune && {
      hardLimitKiB: memtune.size('hard_limit'),
      softLimitKiB: memtune.size('soft_limit'),
      minGuaranteeKiB: memtune.size('min_guarantee'),
      swapHardLimitKiB: memtune.size('swap_hard_limit'),
    }
  );
}

export function checkMemtune(fields: Fields): Memtune | undefined {
  const memtune = fields.fields('memtune');
  return memtune && readAll(memtune, checkLimits);
}

function checkLimits(own: Fields): Memtune | undefined {
  const hardLimitKiB = limit(own, 'hardLimitKiB');
  // Unlimited is said, too: without a word about it there is no swap.
  const swapHardLimitKiB = own.unsignedInteger('swapHardLimitKiB');
  if (hardLimitKiB !== undefined && swapHardLimitKiB !== undefined && hardLimitKiB > swapHardLimitKiB) {
    throw refusal(
      'INVALID_ARG',
      'memory hard_limit tunable value must be lower than or equal to swap_hard_limit: ' +
        `<hard_limit> is ${hardLimitKiB} KiB, <swap_hard_limit> is ${swapHardLimitKiB} KiB`,
    );
  }
  const minGuaranteeKiB = own.unsignedInteger('minGuaranteeKiB');
  return compactOrNothing({
    hardLimitKiB,
    softLimitKiB: limit(own, 'softLimitKiB'),
    minGuaranteeKiB: minGuaranteeKiB === 0 ? undefined : minGuaranteeKiB,
    swapHardLimitKiB,
  });
}

function limit(own: Fields, key: keyof Memtune): number | undefined {
  const value = own.unsignedInteger(key);
  return value === MAX_SIZE_KIB ? undefined : value;
}

export function formatMemtune(memtune: Memtune | undefined): OutputElement | undefined {
  return group('memtune', [
    sizeElement('hard_limit', memtune?.hardLimitKiB),
    sizeElement('soft_limit', memtune?.softLimitKiB),
    sizeElement('min_guarantee', memtune?.minGuaranteeKiB),
    sizeElement('swap_hard_limit', memtune?.swapHardLimitKiB),
  ]);
}

function sizeElement(name: string, sizeKiB: number | undefined): OutputElement | undefined {
  return sizeKiB === undefined ? undefined : element(name, { unit: 'KiB' }, String(sizeKiB));
}
