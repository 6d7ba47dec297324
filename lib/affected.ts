/** Which of a domain's two definitions a call is about. */
import type { DomainSummary, Scope } from './driver.js';
import { VirtError } from './errors.js';

/**
 * Which of an active persistent domain's two definitions is meant: the one it runs with, or the one
 * for its next start. Default: the live one when the domain is active, else the stored one.
 * Mirrors `virDomainModificationImpact`.
 */
export interface AffectOptions {
  readonly live?: boolean;
  readonly config?: boolean;
}

type Existing = Pick<DomainSummary, 'id' | 'persistent'>;

/**
 * The definition one reads.
 * @throws VirtError INVALID_ARG for both; OPERATION_INVALID for one that does not exist.
 */
export function scopeToRead(domain: Existing, { live, config }: AffectOptions): Scope {
  if (live && config) {
    throw new VirtError('INVALID_ARG', "options 'live' and 'config' are mutually exclusive", {
      domain: 'DOMAIN',
    });
  }
  return scopesToChange(domain, { live: live ?? false, config: config ?? false }).includes('live')
    ? 'live'
    : 'config';
}

/**
 * The definitions one writes. For a caller who holds the domain's lock: one that starts meanwhile has another answer.
 * @throws VirtError OPERATION_INVALID for one that does not exist.
 */
export function scopesToChange(domain: Existing, { live, config }: AffectOptions): readonly Scope[] {
  const active = domain.id !== -1;
  if (live && !active) throw new VirtError('OPERATION_INVALID', 'domain is not running');
  if (config && !domain.persistent) {
    throw new VirtError('OPERATION_INVALID', 'transient domains do not have any persistent config');
  }
  if (!live && !config) return [active ? 'live' : 'config'];
  return [...(live ? (['live'] as const) : []), ...(config ? (['config'] as const) : [])];
}
