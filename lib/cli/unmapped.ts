/** What a conversion left behind, on stderr: stdout holds the answer alone. */
import { styleText } from 'node:util';
import type { UnmappedElement, UnmappedKey } from '../index.js';
import { write, type Output } from './io.js';

export async function warnOfUnmapped(
  stderr: Output,
  unmapped: readonly (UnmappedKey | UnmappedElement)[],
): Promise<void> {
  const label = stderr.isTTY === true ? styleText('yellow', 'warning:') : 'warning:';
  for (const item of unmapped) {
    const what = 'key' in item ? `line ${item.line}: ${item.key}` : `<${item.element}>`;
    const why = item.reason ?? 'no equivalent';
    await write(stderr, `${label} ${what}: ${why}\n`);
  }
}
