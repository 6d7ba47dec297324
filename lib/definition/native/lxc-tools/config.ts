/**
 * Files of lxc-tools: `key = value` lines. Who reads a line takes it; what nobody has taken is reported.
 * @see https://linuxcontainers.org/lxc/manpages/man5/lxc.container.conf.5.html
 */
import { VirtError } from '../../../errors.js';
import { compact } from '../../plain/compact.js';
import { refusal } from '../../refusal.js';
import type { UnmappedKey } from '../unmapped.js';
import { reasonFor } from './reasons.js';

/** Beyond any configuration an author writes. */
const MAX_BYTES = 1024 * 1024;
const KEY = /^[a-z][\w.]*/iu;
/** What ends up in messages and terminals. */
const UNPRINTABLE = /[^\P{Cc}\t]/u;
const BLANKS = ' \t';

export interface Entry {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** @throws VirtError CONF_SYNTAX for a line that is none; INVALID_ARG for a text that is too long. */
export function parseConfig(text: string): Config {
  if (typeof text !== 'string') throw refusal('INVALID_ARG', 'a native configuration must be a string');
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw refusal('INVALID_ARG', `native configuration is longer than ${MAX_BYTES} bytes`);
  }
  const entries = text.split(/\r?\n/u).map((line, index) => parseLine(trimBlanks(line), index + 1));
  return new Config(entries.filter((entry) => entry !== undefined));
}

function parseLine(text: string, line: number): Entry | undefined {
  if (text === '' || text.startsWith('#')) return undefined;
  if (UNPRINTABLE.test(text)) throw syntaxError(line, 'unexpected control character');
  const key = KEY.exec(text)?.[0];
  if (key === undefined) throw syntaxError(line, 'expecting a name');
  const rest = trimBlanks(text.slice(key.length));
  if (!rest.startsWith('=')) throw syntaxError(line, 'expecting an assignment');
  return { key, value: unquote(trimBlanks(rest.slice(1))), line };
}

function syntaxError(line: number, what: string): VirtError {
  return new VirtError('CONF_SYNTAX', `configuration file syntax error: line ${line}: ${what}`, {
    domain: 'CONF',
  });
}

/** Not `trim`, which takes away more than blanks, nor an expression, which could take long. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** As lxc-tools, which libvirt does not follow here. */
function unquote(value: string): string {
  const quote = value.charAt(0);
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

export class Config {
  readonly #entries: readonly Entry[];
  readonly #byKey = new Map<string, Entry[]>();
  readonly #taken = new Set<Entry>();
  readonly #reasons = new Map<Entry, string>();

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    for (const entry of entries) {
      const same = this.#byKey.get(entry.key);
      if (same) same.push(entry);
      else this.#byKey.set(entry.key, [entry]);
    }
  }

  /** The first line of the first of these keys that is there, as in libvirt; an empty one is none. */
  first(...keys: readonly string[]): Entry | undefined {
    const [found, ...later] = keys.flatMap((key) => this.#byKey.get(key) ?? []);
    for (const entry of later) this.leave(entry, `the first value counts, line ${found?.line}`);
    if (found) this.#taken.add(found);
    return found?.value === '' ? undefined : found;
  }

  /** Every line of these keys, in the order of the file. An empty one forgets those before, as in lxc-tools. */
  all(...keys: readonly string[]): readonly Entry[] {
    const found = keys.flatMap((key) => this.#byKey.get(key) ?? []).sort((a, b) => a.line - b.line);
    for (const entry of found) this.#taken.add(entry);
    return found.slice(found.findLastIndex(({ value }) => value === '') + 1);
  }

  /** Lines whose key begins so, not yet taken. */
  below(...prefixes: readonly string[]): readonly Entry[] {
    return this.#entries.filter(({ key }) => prefixes.some((prefix) => key.startsWith(prefix)));
  }

  take(entry: Entry): void {
    this.#taken.add(entry);
  }

  /** Has a line reported, also one that has been taken: part of it has no equivalent. */
  leave(entry: Entry, reason: string): void {
    this.#taken.delete(entry);
    if (!this.#reasons.has(entry)) this.#reasons.set(entry, reason);
  }

  unmapped(): readonly UnmappedKey[] {
    const left = this.#entries.filter((entry) => !this.#taken.has(entry));
    return Object.freeze(
      left.map((entry) => compact({ ...entry, reason: this.#reasons.get(entry) ?? reasonFor(entry.key) })),
    );
  }
}
