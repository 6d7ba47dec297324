/** How many processes and threads a domain may have. */
import { MAX_PIDS, type KernelLimit } from '../definition/domain/index.js';
import type { AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import { changeDefinitions, checkRange, readLimits } from './affected.js';

export async function readPidsLimit(view: DomainView, options: AffectOptions): Promise<KernelLimit> {
  return (await readLimits(view, 'getPidsLimit', options)).pids;
}

export async function changePidsLimit(
  view: DomainView,
  limit: KernelLimit,
  options: AffectOptions,
): Promise<void> {
  if (limit !== 'unlimited') checkRange('the pids limit', limit, { min: 1, max: MAX_PIDS });
  await changeDefinitions(view, { name: 'setPidsLimit', options, limits: ['pids'] }, (definition) => ({
    ...definition,
    extensions: { ...definition.extensions, pids: { limit } },
  }));
}
