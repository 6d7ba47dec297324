/** Names of the host's block devices, by their numbers. */
import { readOnce, type ReadFile } from './kept-files.js';

/** Another device may get the numbers of one that has been removed. */
const LIFETIME_MS = 10_000;

/** Looks each name up once in a while. */
export class DeviceNames {
  readonly #read: ReadFile;
  readonly #names = new Map<string, string>();
  #since = performance.now();

  constructor(read: ReadFile = readOnce) {
    this.#read = read;
  }

  /** As in `/dev`; the numbers, `major:minor`, when the device has no name. */
  readonly nameOf = (numbers: string): string => {
    if (performance.now() - this.#since > LIFETIME_MS) {
      this.#names.clear();
      this.#since = performance.now();
    }
    let name = this.#names.get(numbers);
    if (name === undefined) this.#names.set(numbers, (name = this.#lookUp(numbers)));
    return name;
  };

  #lookUp(numbers: string): string {
    if (!/^\d+:\d+$/u.test(numbers)) return numbers;
    return /^DEVNAME=(.+)$/mu.exec(this.#read(`/sys/dev/block/${numbers}`, 'uevent') ?? '')?.[1] ?? numbers;
  }
}
