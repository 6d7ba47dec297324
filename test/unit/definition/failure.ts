import { VirtError } from '../../../lib/errors.js';

/** The VirtError that something throws; fails on anything else. */
export function failureOf(action: () => unknown): VirtError {
  try {
    action();
  } catch (error) {
    if (error instanceof VirtError) return error;
    throw new Error(`not a VirtError: ${String(error)}`, { cause: error });
  }
  throw new Error('nothing was thrown');
}

/** Code and message in one text, for tables of expectations. */
export function describeFailure(action: () => unknown): string {
  const { code, message } = failureOf(action);
  return `${code} ${message}`;
}
