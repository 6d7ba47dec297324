/** Arguments of processes: the one thing in /proc whose reading can take as long as a container likes. */
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Of a longer command line, which a process can make up, the rest is left out. */
const MAX_BYTES = 32 * 1024;
const TIMEOUT_MS = 500;

/** Each such read occupies one of the four threads that do all of Node's file reading. */
const MAX_STUCK = 2;
let stuck = 0;

/**
 * The arguments of a process; empty when it has none any more, or does not let them be read in time: it may hold the
 * lock of its memory.
 * @param path - its `cmdline`
 */
export async function readArguments(path: string): Promise<readonly string[]> {
  if (stuck >= MAX_STUCK) return [];
  const reading = readStart(path).catch(() => '');
  const timeout = new AbortController();
  const late = delay(TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  const text = await Promise.race([reading, late]);
  timeout.abort();
  if (text !== undefined) return parseArguments(text);
  stuck++;
  void reading.then(() => stuck--);
  return [];
}

/** Each argument ends with a NUL, the last one not always: a program may write a title over them. */
export function parseArguments(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_BYTES);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, MAX_BYTES - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === MAX_BYTES) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await file.close();
  }
}
