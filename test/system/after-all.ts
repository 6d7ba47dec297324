/** Adds up the attacks, and fails the whole run when the host has something of ours that it did not have before. */
import { setTimeout as delay } from 'node:timers/promises';
import { addUp, clearCounts, describeCounts, readCounts } from '../security/counts';
import { takeStock } from './leaks';

const PATIENCE_MS = 2000;

export default async function afterAllTests(): Promise<void> {
  reportAttacks();
  const before = globalThis.stockBefore ?? new Set<string>();
  const left = (): string[] => [...takeStock()].filter((item) => !before.has(item));
  // A process that was just killed by a test that does not wait for it needs a moment.
  for (const end = Date.now() + PATIENCE_MS; left().length > 0 && Date.now() < end;) await delay(50);
  if (left().length > 0) throw new Error(`the tests left this behind:\n${left().join('\n')}`);
}

function reportAttacks(): void {
  const counts = readCounts();
  clearCounts();
  if (counts.length > 0) process.stdout.write(`${describeCounts(addUp(counts))}\n`);
}
