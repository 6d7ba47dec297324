/** Takes stock of the host before the first test. */
import { takeStock } from './leaks';

declare global {
  var stockBefore: Set<string> | undefined;
}

export default function beforeAllTests(): void {
  globalThis.stockBefore = takeStock();
}
