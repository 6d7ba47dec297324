/**
 * Compiled programs, kept as files: `<key>.bpf` in the live state, which a reboot empties. A file is
 * `virtainer-seccomp 1\n`, the SHA-256 of key and program, and the program. It is a cache: whatever is wrong with a
 * file, the program is compiled again and the file replaced.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../store/files.js';
import { INSTRUCTION_BYTES, MAX_INSTRUCTIONS } from './bpf.js';
import type { SeccompRules } from './rules.js';

/** To be raised when the same rules shall give another program. */
const FORMAT = 1;
const MAGIC = Buffer.from(`virtainer-seccomp ${FORMAT}\n`);
const CHECKSUM_BYTES = 32;
const MAX_BYTES = MAGIC.length + CHECKSUM_BYTES + MAX_INSTRUCTIONS * INSTRUCTION_BYTES;

/** Of rules that are asked for again, such as the built-in ones. */
const texts = new WeakMap<SeccompRules, string>();

/** What a program depends on. */
export function cacheKey(filter: SeccompRules, libraryVersion: string): string {
  const text = texts.get(filter) ?? describe(filter);
  texts.set(filter, text);
  return createHash('sha256').update(`${FORMAT} ${libraryVersion} ${text}`).digest('hex');
}

function describe({ abi, defaultAction, unknownAction, rules }: SeccompRules): string {
  // With the table: numbers that are not in it get another verdict.
  const facts = [abi.name, [...abi.numbers], defaultAction, unknownAction, rules];
  return JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** The program of this key; undefined when there is none to be used. */
export async function readCached(folder: string, key: string): Promise<Buffer | undefined> {
  try {
    // A fifo must not block, a link must not lead elsewhere.
    const file = await open(
      join(folder, `${key}.bpf`),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      return await readChecked(file, key);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function readChecked(file: FileHandle, key: string): Promise<Buffer | undefined> {
  const stats = await file.stat();
  const isOurs = stats.isFile() && stats.uid === process.geteuid?.() && (stats.mode & 0o077) === 0;
  if (!isOurs || stats.size > MAX_BYTES) return undefined;
  const content = Buffer.alloc(stats.size);
  const { bytesRead } = await file.read(content, 0, content.length, 0);
  const program = content.subarray(MAGIC.length + CHECKSUM_BYTES);
  if (bytesRead !== content.length || program.length === 0) return undefined;
  if (!content.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const stored = content.subarray(MAGIC.length, MAGIC.length + CHECKSUM_BYTES);
  return stored.equals(checksum(key, program)) ? Buffer.from(program) : undefined;
}

/** Keeps a program that was verified. Best effort: a full disk stops no start. */
export async function writeCached(folder: string, key: string, program: Buffer): Promise<void> {
  const content = Buffer.concat([MAGIC, checksum(key, program), program]);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(join(folder, `${key}.bpf`), content, false);
  } catch {
    // The next start compiles again.
  }
}

function checksum(key: string, program: Buffer): Buffer {
  return createHash('sha256').update(key).update(program).digest();
}
