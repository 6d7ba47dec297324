/** Traffic of a container's network interfaces, as its init sees them. */
import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { InterfaceStats, NamedInterfaceStats } from '../../statistics.js';
import { linesOf, numberIn } from './kernel-text.js';
import { loopShare } from './loop-share.js';

/** About a hundred interfaces. A container may make as many as it likes: more are read beside the event loop. */
const buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * For a caller who makes sure afterwards that `init` has been the container's all the time. The file is not kept open:
 * that would keep the network of a container alive after its end.
 */
export async function readInterfaces(init: number): Promise<NamedInterfaceStats[]> {
  const path = `/proc/${init}/net/dev`;
  const text = readSmall(path) ?? (await readFile(path, 'utf8'));
  const interfaces = [];
  for (const line of linesOf(text)) {
    const turn = loopShare.admit();
    if (turn) await turn;
    const found = parseInterface(line);
    if (found) interfaces.push(found);
  }
  return interfaces;
}

/** Undefined for a file that does not fit. */
function readSmall(path: string): string | undefined {
  const descriptor = openSync(path, 'r');
  try {
    let length = 0;
    // Each read brings the lines that fit into a page of the kernel's.
    while (length < buffer.length) {
      const more = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (more === 0) return buffer.toString('utf8', 0, length);
      length += more;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** In the order of the columns, of which only these have a meaning in all drivers of the kernel. */
const COLUMNS: Readonly<Record<keyof InterfaceStats, number>> = {
  rxBytes: 0,
  rxPackets: 1,
  rxErrors: 2,
  rxDropped: 3,
  txBytes: 8,
  txPackets: 9,
  txErrors: 10,
  txDropped: 11,
};

/** `  eth0: 123 4 0 ...`; undefined for the two lines of headings. A name has neither spaces nor colons. */
export function parseInterface(line: string): NamedInterfaceStats | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).trimStart();
  const values = line
    .slice(colon + 1)
    .trim()
    .split(/\s+/u);
  if (colon === -1 || values.length < 12) return undefined;
  const of = (column: keyof InterfaceStats): bigint => numberIn(values[COLUMNS[column]]) ?? 0n;
  return {
    name,
    rxBytes: of('rxBytes'),
    rxPackets: of('rxPackets'),
    rxErrors: of('rxErrors'),
    rxDropped: of('rxDropped'),
    txBytes: of('txBytes'),
    txPackets: of('txPackets'),
    txErrors: of('txErrors'),
    txDropped: of('txDropped'),
  };
}
