/** Limits of each process. @see https://man7.org/linux/man-pages/man2/getrlimit.2.html */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing, parseLimit, type KernelLimit } from './values.js';

/** Linux's names without `RLIMIT_`, in the kernel's order: the index is the kernel's number. */
export const RLIMIT_NAMES = [
  'cpu',
  'fsize',
  'data',
  'stack',
  'core',
  'rss',
  'nproc',
  'nofile',
  'memlock',
  'as',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'rttime',
] as const;
export type RlimitName = (typeof RLIMIT_NAMES)[number];

/** One limit of every process of a container, in the kernel's unit: bytes, seconds, or a count. */
export interface Rlimit {
  readonly name: RlimitName;
  /** What is enforced; a process can raise it up to `hard`. */
  readonly soft: KernelLimit;
  /** Not below `soft`. */
  readonly hard: KernelLimit;
}

export function parseRlimit(rlimit: OwnReader): Draft<Rlimit> {
  return {
    name: rlimit.attribute('name').oneOf(RLIMIT_NAMES),
    soft: parseLimit(rlimit.attribute('soft')),
    hard: parseLimit(rlimit.attribute('hard')),
  };
}

export function checkRlimits(fields: Fields): readonly Rlimit[] | undefined {
  const seen = new Set<string>();
  return fields.list('rlimits', (own) => {
    const rlimit = checkRlimit(own);
    if (seen.has(rlimit.name)) {
      throw refusal('XML_ERROR', `more than one <virtainer:rlimit> of name ${quote(rlimit.name)}`);
    }
    seen.add(rlimit.name);
    return rlimit;
  });
}

function checkRlimit(fields: Fields): Rlimit {
  const name = fields.oneOf('name', RLIMIT_NAMES);
  if (name === undefined) throw missing({ of: 'rlimit', attribute: 'name' });
  const soft = checkLimit(fields, 'soft');
  const hard = checkLimit(fields, 'hard');
  if (asNumber(soft) > asNumber(hard)) {
    throw refusal(
      'XML_ERROR',
      `<virtainer:rlimit name='${name}'>: soft limit ${soft} is above hard limit ${hard}`,
    );
  }
  return compact({ name, soft, hard });
}

function checkLimit(fields: Fields, attribute: 'soft' | 'hard'): KernelLimit {
  const limit = fields.unsignedIntegerOr(attribute, 'unlimited');
  if (limit === undefined) throw missing({ of: 'rlimit', attribute });
  return limit;
}

function asNumber(limit: KernelLimit): number {
  return limit === 'unlimited' ? Infinity : limit;
}

export function formatRlimits(rlimits: readonly Rlimit[] = []): OutputElement[] {
  return rlimits.map(({ name, soft, hard }) => ownElement('rlimit', { name, soft, hard }));
}
