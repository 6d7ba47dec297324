/** Whether a container that has ended is started again. */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, MAX_MS, missing, refuseAttribute } from './values.js';

export const RESTART_POLICIES = ['no', 'always', 'on-failure', 'unless-stopped'] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

const MAX_RETRIES = 2 ** 31 - 1;

export interface NoRestart {
  readonly policy: 'no';
}
/** Whatever the exit status; `unless-stopped` not after a host boot when somebody had stopped it. */
export interface AnyRestart {
  readonly policy: 'always' | 'unless-stopped';
  /** Before the first start of a row, in milliseconds; each one after it waits twice as long. */
  readonly delayMs?: number;
}
/** When its init ended with another status than 0, or by a signal. */
export interface FailureRestart {
  readonly policy: 'on-failure';
  /** Starts in a row, 1 or more; without limit when absent. */
  readonly maxRetries?: number;
  /** Before the first start of a row, in milliseconds; each one after it waits twice as long. */
  readonly delayMs?: number;
}
/** Whether a container that has ended is started again, in the words of docker and podman. */
export type Restart = NoRestart | AnyRestart | FailureRestart;

export function parseRestart(restart: OwnReader): Draft<Restart> {
  return {
    policy: restart.attribute('policy').oneOf(RESTART_POLICIES),
    maxRetries: restart.attribute('maxRetries').unsignedInteger(),
    delayMs: restart.attribute('delayMs').unsignedInteger(),
  };
}

export function checkRestart(fields: Fields): Restart {
  const of = 'restart';
  const policy = fields.oneOf('policy', RESTART_POLICIES);
  if (policy === undefined) throw missing({ of, attribute: 'policy' });
  if (policy !== 'on-failure') {
    refuseAttribute(fields, { of, attribute: 'maxRetries', because: "policy='on-failure'" });
  }
  if (policy === 'no') {
    refuseAttribute(fields, { of, attribute: 'delayMs', because: 'another policy' });
    return compact({ policy });
  }
  const delayMs = checkNumber(fields, { of, attribute: 'delayMs', min: 0, max: MAX_MS });
  if (policy !== 'on-failure') return compact({ policy, delayMs });
  const maxRetries = checkNumber(fields, { of, attribute: 'maxRetries', min: 1, max: MAX_RETRIES });
  return compact({ policy, maxRetries, delayMs });
}

export function formatRestart(restart: Restart): OutputElement {
  return ownElement('restart', {
    policy: restart.policy,
    maxRetries: restart.policy === 'on-failure' ? restart.maxRetries : undefined,
    delayMs: restart.policy === 'no' ? undefined : restart.delayMs,
  });
}
