/** Which events are asked for. */
import type { Domain } from './domain.js';
import type { RecordedEvent } from './driver.js';
import { VirtError } from './errors.js';
import type { StreamRequest } from './events.js';

/** Which events {@link Connection.events} delivers. */
export interface EventsOptions {
  /** Only events of this domain: a handle, a name or a UUID. Default: of all. */
  readonly domain?: Domain | string;
  /** Begin with the event after this sequence number. Default: with the first event after the call. */
  readonly since?: number;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** How many events may wait for the reader before the rest becomes one `overflow` event. Default: 1000. */
  readonly buffer?: number;
}

const DEFAULT_BUFFER = 1000;

/** @throws VirtError INVALID_ARG for a bad `since` or `buffer`. */
export function streamRequest({
  domain,
  since,
  signal,
  buffer = DEFAULT_BUFFER,
}: EventsOptions): StreamRequest {
  if (!Number.isSafeInteger(buffer) || buffer < 1) {
    throw new VirtError('INVALID_ARG', `buffer in events must be a positive number: ${buffer}`);
  }
  if (since !== undefined && (!Number.isSafeInteger(since) || since < 0)) {
    throw new VirtError('INVALID_ARG', `since in events must be a sequence number: ${since}`);
  }
  return { accepts: eventFilter(domain), since, buffer, signal };
}

function eventFilter(domain: Domain | string | undefined): (event: RecordedEvent) => boolean {
  if (domain === undefined) return () => true;
  if (typeof domain === 'string') return (event) => event.domain === domain || event.uuid === domain;
  return (event) => event.uuid === domain.uuid;
}
