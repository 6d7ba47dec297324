/** How long stopping a domain may take. */
import type { StopRequest } from './driver.js';
import { VirtError } from './errors.js';

/** How long {@link Domain.shutdown} and {@link Domain.reboot} wait. */
export interface StopOptions {
  /** Milliseconds until the container is killed; Infinity: never. Default: 10000. */
  readonly timeoutMs?: number;
  /** Gives up waiting: the call rejects; the container is not killed, and may still stop. */
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** @throws VirtError INVALID_ARG for a bad time; OPERATION_FAILED when `signal` has aborted already. */
export function stopRequest(what: string, options: StopOptions): StopRequest {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  if (!(timeoutMs >= 0)) {
    throw new VirtError('INVALID_ARG', `timeoutMs of ${what} must be zero or greater: ${timeoutMs}`);
  }
  if (signal?.aborted) {
    throw new VirtError('OPERATION_FAILED', `${what} was aborted`, { cause: signal.reason });
  }
  return { timeoutMs, signal };
}
