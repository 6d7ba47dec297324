/** Small files of the kernel that are read again and again: kept open, each reading is one system call. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isErrno } from '../errno.js';

/** The text of a file; undefined when there is none of that name. Fails with ENODEV when what it tells of is gone. */
export type ReadFile = (directory: string, file: string) => string | undefined;

/** What all reads of this thread go through: a read ends before another one begins. */
const buffer = Buffer.allocUnsafe(64 * 1024);

/** How many descriptors may be kept open, for everything that shares it. */
export class DescriptorBudget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  giveBack(): void {
    this.#left++;
  }
}

/** Each costs the kernel a page beside the descriptor, so the number is bounded well before descriptors run out. */
const MOST_DESCRIPTORS = 2048;

/** A quarter of what this process may open, at most. */
export function descriptorBudget(): DescriptorBudget {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const soft = Number(/^Max open files\s+(\d+)/mu.exec(limits)?.[1] ?? MOST_DESCRIPTORS);
  return new DescriptorBudget(Math.min(Math.floor(soft / 4), MOST_DESCRIPTORS));
}

/** In the place of a descriptor: there is no such file, and there will be none. */
const NO_FILE = -1;

/**
 * The files of one run of a domain. An open file stays what it is: it never becomes one of another run or process. When
 * the budget is used up, files are opened for each reading.
 */
export class KeptFiles {
  readonly #budget: DescriptorBudget;
  readonly #directories = new Map<string, Map<string, number>>();
  #closed = false;

  constructor(budget: DescriptorBudget) {
    this.#budget = budget;
  }

  readonly read: ReadFile = (directory, file) => {
    if (this.#closed) return readOnce(directory, file);
    let kept = this.#directories.get(directory);
    if (!kept) this.#directories.set(directory, (kept = new Map<string, number>()));
    const known = kept.get(file);
    if (known === NO_FILE) return undefined;
    if (known !== undefined) return textOf(known);
    const descriptor = open(`${directory}/${file}`);
    if (descriptor === undefined) kept.set(file, NO_FILE);
    else if (this.#budget.take()) kept.set(file, descriptor);
    else return readAndClose(descriptor);
    return descriptor === undefined ? undefined : textOf(descriptor);
  };

  /** Who is still reading goes on without keeping anything open. */
  close(): void {
    this.#closed = true;
    for (const files of this.#directories.values()) {
      for (const descriptor of files.values()) {
        if (descriptor === NO_FILE) continue;
        closeSync(descriptor);
        this.#budget.giveBack();
      }
    }
    this.#directories.clear();
  }
}

/** Reads a file that is not kept open. */
export const readOnce: ReadFile = (directory, file) => {
  const descriptor = open(`${directory}/${file}`);
  return descriptor === undefined ? undefined : readAndClose(descriptor);
};

function readAndClose(descriptor: number): string {
  try {
    return textOf(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** EOPNOTSUPP is how a kernel without pressure information says that it has none. */
function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (isErrno(cause, 'ENOENT') || isErrno(cause, 'EOPNOTSUPP')) return undefined;
    throw cause;
  }
}

/** One read brings the whole file, unless it fills the buffer. */
function textOf(descriptor: number): string {
  let length = readSync(descriptor, buffer, 0, buffer.length, 0);
  if (length < buffer.length) return buffer.toString('utf8', 0, length);
  const parts = [];
  for (let position = 0; length > 0; length = readSync(descriptor, buffer, 0, buffer.length, position)) {
    parts.push(Buffer.from(buffer.subarray(0, length)));
    position += length;
  }
  return Buffer.concat(parts).toString('utf8');
}
