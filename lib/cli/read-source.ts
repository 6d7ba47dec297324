/** FILE arguments. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { VirtError } from '../index.js';
import type { Io } from './io.js';

/** The text of a file, or of stdin for `-`. */
export async function readSource(io: Io, file: string): Promise<string> {
  try {
    return file === '-' ? await text(io.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    const { code: errno, message } = cause as NodeJS.ErrnoException;
    const why = errno === 'ENOENT' ? 'no such file or directory' : message;
    throw new VirtError('SYSTEM_ERROR', `cannot read '${file}': ${why}`, {
      domain: 'NONE',
      errno,
      path: file,
      cause,
    });
  }
}
