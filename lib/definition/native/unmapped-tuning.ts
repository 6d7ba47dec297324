/** Tuning that neither format has. */
import type { DomainDefinition, Numatune } from '../domain/index.js';
import type { ElementReport } from './unmapped.js';

export function reportTuning({ cputune, memtune }: DomainDefinition, report: ElementReport): void {
  report.rest('cputune', cputune, ['shares', 'quotaMicroseconds', 'periodMicroseconds']);
  report.rest('memtune', { minGuaranteeKiB: memtune?.minGuaranteeKiB });
}

export function reportNumatune(numatune: Numatune | undefined, report: ElementReport): void {
  const { memory, memnodes } = numatune ?? {};
  report.rest('numatune', { memnodes });
  if (memory?.placement === 'auto') report.add('numatune/memory', 'no automatic placement');
  else if (memory?.mode === 'preferred' || memory?.mode === 'interleave') {
    report.add('numatune/memory', `no mode '${memory.mode}'`);
  }
}
