/** How many processes and threads a container may have. @see https://docs.kernel.org/admin-guide/cgroup-v2.html#pid */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing, parseLimit, type KernelLimit } from './values.js';

/** The kernel has no more process ids. */
export const MAX_PIDS = 2 ** 22;

export interface Pids {
  /** 1 to 4194304, or `unlimited`. */
  readonly limit: KernelLimit;
}

export function parsePids(pids: OwnReader): Draft<Pids> {
  return { limit: parseLimit(pids.attribute('limit')) };
}

export function checkPids(fields: Fields): Pids {
  const limit = fields.unsignedIntegerOr('limit', 'unlimited');
  if (limit === undefined) throw missing({ of: 'pids', attribute: 'limit' });
  if (limit !== 'unlimited' && (limit === 0 || limit > MAX_PIDS)) {
    throw refusal(
      'XML_ERROR',
      `attribute 'limit' of <virtainer:pids> must be 1 to ${MAX_PIDS} or unlimited, not ${limit}`,
    );
  }
  return compact({ limit });
}

export function formatPids(pids: Pids): OutputElement {
  return ownElement('pids', { limit: pids.limit });
}
