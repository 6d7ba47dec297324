/** Takes stock of the host before the first test, and begins to count attacks. */
import { clearCounts } from '../security/counts';
import { takeStock } from './leaks';

declare global {
  var stockBefore: Set<string> | undefined;
}

export default function beforeAllTests(): void {
  clearCounts();
  globalThis.stockBefore = takeStock();
}
