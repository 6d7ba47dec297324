/** Who dies first when the host has no memory left. @see https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, missing } from './values.js';

/** What is added to the score of each process of the container. */
export interface OomScore {
  /** -1000 (never) to 1000 (first). */
  readonly adjust: number;
}

export function parseOomScore(score: OwnReader): Draft<OomScore> {
  return { adjust: score.attribute('adjust').integer() };
}

export function checkOomScore(fields: Fields): OomScore {
  const adjust = checkNumber(fields, { of: 'oomScore', attribute: 'adjust', min: -1000, max: 1000 });
  if (adjust === undefined) throw missing({ of: 'oomScore', attribute: 'adjust' });
  return compact({ adjust });
}

export function formatOomScore({ adjust }: OomScore): OutputElement {
  return ownElement('oomScore', { adjust });
}
