/** A command that tells whether what runs in a container works. */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, MAX_MS } from './values.js';

export const HEALTH_ACTIONS = ['none', 'kill', 'restart', 'stop'] as const;
/** What is done to a container that has become unhealthy. */
export type HealthAction = (typeof HEALTH_ACTIONS)[number];

const MAX_RETRIES = 2 ** 31 - 1;

/** A command that is run in the container again and again: exit status 0 means healthy. */
export interface HealthCheck {
  /** Program and arguments, without a shell. The program is looked up in the container's PATH. */
  readonly command: readonly string[];
  /** From the end of one run to the start of the next, milliseconds; 30000 when absent. */
  readonly intervalMs?: number;
  /** A run that takes longer has failed, milliseconds; 30000 when absent. */
  readonly timeoutMs?: number;
  /** Failures this soon after the start do not count, milliseconds; 0 when absent. */
  readonly startPeriodMs?: number;
  /** The interval during the start period, milliseconds; `intervalMs` when absent. */
  readonly startIntervalMs?: number;
  /** Failures in a row that make a container unhealthy; 3 when absent. */
  readonly retries?: number;
  /** `none` when absent. */
  readonly onFailure?: HealthAction;
}

export function parseHealth(health: OwnReader): Draft<HealthCheck> {
  return {
    command: health.children('arg', (arg) => arg.text()),
    intervalMs: health.attribute('intervalMs').unsignedInteger(),
    timeoutMs: health.attribute('timeoutMs').unsignedInteger(),
    startPeriodMs: health.attribute('startPeriodMs').unsignedInteger(),
    startIntervalMs: health.attribute('startIntervalMs').unsignedInteger(),
    retries: health.attribute('retries').unsignedInteger(),
    onFailure: health.attribute('onFailure').oneOf(HEALTH_ACTIONS),
  };
}

export function checkHealth(fields: Fields): HealthCheck {
  const command = fields.strings('command', (arg) => arg) ?? [];
  if ((command[0] ?? '') === '') {
    throw refusal(
      'XML_ERROR',
      'missing program of <virtainer:health>: its first <virtainer:arg> is required',
    );
  }
  const milliseconds = (attribute: string, min: number): number | undefined =>
    checkNumber(fields, { of: 'health', attribute, min, max: MAX_MS });
  return compact({
    command,
    intervalMs: milliseconds('intervalMs', 1),
    timeoutMs: milliseconds('timeoutMs', 1),
    startPeriodMs: milliseconds('startPeriodMs', 0),
    startIntervalMs: milliseconds('startIntervalMs', 1),
    retries: checkNumber(fields, { of: 'health', attribute: 'retries', min: 1, max: MAX_RETRIES }),
    onFailure: fields.oneOf('onFailure', HEALTH_ACTIONS),
  });
}

export function formatHealth({ command, ...attributes }: HealthCheck): OutputElement {
  const { intervalMs, timeoutMs, startPeriodMs, startIntervalMs, retries, onFailure } = attributes;
  return ownElement(
    'health',
    { intervalMs, timeoutMs, startPeriodMs, startIntervalMs, retries, onFailure },
    command.map((arg) => ownElement('arg', {}, arg)),
  );
}
