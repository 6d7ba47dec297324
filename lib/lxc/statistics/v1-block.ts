/** Block I/O in cgroup v1. */
import type { BlockStats } from '../../statistics.js';
import type { GroupFile, NumberedBlockStats } from './counters.js';
import { linesOf, numberIn } from './kernel-text.js';

type Counts = { -readonly [Name in keyof BlockStats]: BlockStats[Name] };

/**
 * Two parts of the kernel count, and neither counts everything: BFQ only with the devices that it schedules, throttling
 * (since Linux 6.10) only from the first limit on that any group has had for a device.
 */
const FILES = [
  ['blkio.throttle.io_service_bytes_recursive', { Read: 'readBytes', Write: 'writeBytes' }],
  ['blkio.throttle.io_serviced_recursive', { Read: 'readRequests', Write: 'writeRequests' }],
  ['blkio.bfq.io_service_bytes_recursive', { Read: 'readBytes', Write: 'writeBytes' }],
  ['blkio.bfq.io_serviced_recursive', { Read: 'readRequests', Write: 'writeRequests' }],
] as const;

/** Of both counts the larger one: it began earlier. */
export function blockCounts(file: GroupFile): readonly NumberedBlockStats[] | undefined {
  const devices = new Map<string, Counts>();
  let counted = false;
  for (const [name, fields] of FILES) {
    const text = file(name);
    if (text === undefined) continue;
    counted = true;
    for (const line of linesOf(text)) {
      const [numbers = '', kind, value] = line.split(' ');
      if (kind !== 'Read' && kind !== 'Write') continue;
      const counts = devices.get(numbers) ?? {
        readRequests: 0n,
        readBytes: 0n,
        writeRequests: 0n,
        writeBytes: 0n,
      };
      const number = numberIn(value) ?? 0n;
      if (number > counts[fields[kind]]) counts[fields[kind]] = number;
      devices.set(numbers, counts);
    }
  }
  return counted ? [...devices].map(([numbers, counts]) => ({ numbers, ...counts })) : undefined;
}
