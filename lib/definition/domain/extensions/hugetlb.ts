/** How much of the host's huge pages a container may have. @see https://docs.kernel.org/admin-guide/cgroup-v2.html#hugetlb */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, missing } from './values.js';

/** The limit of one size of pages; without one they are not limited. */
export interface HugetlbLimit {
  /** Size of the pages, KiB: a power of two. */
  readonly sizeKiB: number;
  /** Memory in such pages, KiB; 0: none. */
  readonly limitKiB: number;
}

/** The smallest and the biggest huge page of any architecture, 64 KiB and 16 GiB. */
export const HUGETLB_SIZES = { min: 64, max: 16 * 1024 * 1024 };
const MAX_LIMIT_KIB = Number.MAX_SAFE_INTEGER / 1024;

export function parseHugetlb(hugetlb: OwnReader): Draft<HugetlbLimit> {
  return {
    sizeKiB: hugetlb.attribute('sizeKiB').unsignedInteger(),
    limitKiB: hugetlb.attribute('limitKiB').unsignedInteger(),
  };
}

export function checkHugetlb(fields: Fields): readonly HugetlbLimit[] | undefined {
  const seen = new Set<number>();
  return fields.list('hugetlb', (own) => {
    const limit = checkLimit(own);
    if (seen.has(limit.sizeKiB)) {
      throw refusal('XML_ERROR', `more than one <virtainer:hugetlb> of sizeKiB '${limit.sizeKiB}'`);
    }
    seen.add(limit.sizeKiB);
    return limit;
  });
}

function checkLimit(fields: Fields): HugetlbLimit {
  const sizeKiB = required(fields, 'sizeKiB', HUGETLB_SIZES);
  if (!Number.isInteger(Math.log2(sizeKiB))) {
    throw refusal(
      'XML_ERROR',
      `attribute 'sizeKiB' of <virtainer:hugetlb> must be a power of two, not ${sizeKiB}`,
    );
  }
  return compact({
    sizeKiB,
    limitKiB: required(fields, 'limitKiB', { min: 0, max: Math.floor(MAX_LIMIT_KIB) }),
  });
}

function required(
  fields: Fields,
  attribute: keyof HugetlbLimit,
  range: { readonly min: number; readonly max: number },
): number {
  const value = checkNumber(fields, { of: 'hugetlb', attribute, ...range });
  if (value === undefined) throw missing({ of: 'hugetlb', attribute });
  return value;
}

export function formatHugetlb(limits: readonly HugetlbLimit[] = []): OutputElement[] {
  return limits.map(({ sizeKiB, limitKiB }) => ownElement('hugetlb', { sizeKiB, limitKiB }));
}
