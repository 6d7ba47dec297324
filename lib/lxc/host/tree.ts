/** Small files in which the kernel tells of the host. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCpuset } from '../../definition/domain/index.js';

/** The host's own folders; tests have a tree of their own. */
export class HostTree {
  readonly #root: string;

  constructor(root = '/') {
    this.#root = root;
  }

  /** Where a file of the host is. */
  locate(path: string): string {
    return join(this.#root, path);
  }

  /** Trimmed; undefined when it can't be read: what the kernel does not tell is not known. */
  async text(path: string): Promise<string | undefined> {
    return (await this.bytes(path))?.toString('utf8').trim();
  }

  async bytes(path: string): Promise<Buffer | undefined> {
    return readFile(join(this.#root, path)).catch(() => undefined);
  }

  /** Where a link leads; empty when there is none. */
  async link(path: string): Promise<string> {
    return readlink(join(this.#root, path)).catch(() => '');
  }

  /** The kernel's -1 for "none" counts as not known. */
  async number(path: string): Promise<number | undefined> {
    const text = (await this.text(path)) ?? '';
    return /^\d+$/u.test(text) ? Number(text) : undefined;
  }

  /** A list such as `0-3,8`. */
  async numbers(path: string): Promise<readonly number[] | undefined> {
    const text = await this.text(path);
    if (text === undefined) return undefined;
    return text === '' ? [] : parseCpuset(text);
  }

  /** Names in a folder; none when there is no folder. */
  async names(path: string): Promise<readonly string[]> {
    return readdir(join(this.#root, path)).catch(() => []);
  }

  /** Numbers behind a prefix in the names of a folder, ascending: `node0`, `node1`. */
  async numbered(path: string, pattern: RegExp): Promise<readonly number[]> {
    const found = (await this.names(path)).flatMap((name) => pattern.exec(name)?.slice(1, 2) ?? []);
    return found.map(Number).sort((one, other) => one - other);
  }
}

/** A line such as `MemTotal: 1024 kB`, as a number. */
export function fieldOf(text: string | undefined, name: string): number | undefined {
  const found = new RegExp(`\\b${name}:\\s*(\\d+)`, 'u').exec(text ?? '');
  return found ? Number(found[1]) : undefined;
}
