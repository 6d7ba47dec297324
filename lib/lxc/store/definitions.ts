/**
 * Persistent definitions: one XML file per domain, named by uuid so that a name never reaches a path.
 * Their parsed form is cached on tmpfs, keyed by the XML file's identity, so that lists and starts parse nothing.
 */
import { lstat, readFile, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  completeDomain,
  formatDomain,
  parseDomain,
  type CompleteDomain,
  type HostFacts,
} from '../../definition/domain/index.js';
import { VirtError, systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import type { Locations } from '../locations.js';
import { removeFile, replaceFile, syncDirectory } from './files.js';

const HEADER = `<!--
This file is written by virtainer. What is changed here by hand is overwritten by the next define:
change a domain with virtainer's commands dumpxml and define.
-->
`;
/** Grows with every change of what a parsed definition looks like: older ones are parsed again. */
const CACHE_FORMAT = 2;
const UUID_FILE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.xml$/;

interface CacheEntry {
  readonly format: typeof CACHE_FORMAT;
  /** Inode, size and modification time of the XML file. */
  readonly key: string;
  readonly definition: CompleteDomain;
}

export class Definitions {
  readonly #where: Locations;
  readonly #host: HostFacts;
  readonly #memory = new Map<string, CacheEntry>();

  constructor(where: Locations, host: HostFacts) {
    this.#where = where;
    this.#host = host;
  }

  path(uuid: string): string {
    return join(this.#where.definitions, `${uuid}.xml`);
  }

  /** Whether there is a definition, readable or not. */
  async exists(uuid: string): Promise<boolean> {
    return (await this.#key(uuid)) !== undefined;
  }

  async list(): Promise<string[]> {
    const files = await readdir(this.#where.definitions);
    return files.flatMap((file) => UUID_FILE.exec(file)?.[1] ?? []);
  }

  /** The definition, or undefined when there is none. */
  async load(uuid: string): Promise<CompleteDomain | undefined> {
    const key = await this.#key(uuid);
    if (key === undefined) {
      this.#memory.delete(uuid);
      return undefined;
    }
    const known = this.#memory.get(uuid);
    if (known?.key === key) return known.definition;
    const entry = (await this.#readCache(uuid, key)) ?? (await this.#parse(uuid, key));
    if (entry) this.#memory.set(uuid, entry);
    return entry?.definition;
  }

  async save(definition: CompleteDomain): Promise<void> {
    const { uuid, name } = definition;
    try {
      await replaceFile(this.path(uuid), HEADER + formatDomain(definition), true);
      const key = await this.#key(uuid);
      if (key !== undefined) await this.#remember(uuid, { format: CACHE_FORMAT, key, definition });
    } catch (cause) {
      throw systemError(`cannot save the definition of domain '${name}'`, cause);
    }
  }

  async remove(uuid: string): Promise<void> {
    this.#memory.delete(uuid);
    await removeFile(this.#autostartPath(uuid));
    await removeFile(this.path(uuid));
    await removeFile(this.#cachePath(uuid));
    await syncDirectory(this.#where.definitions);
  }

  async isAutostart(uuid: string): Promise<boolean> {
    return readlink(this.#autostartPath(uuid)).then(
      () => true,
      () => false,
    );
  }

  async setAutostart(uuid: string, autostart: boolean): Promise<void> {
    const path = this.#autostartPath(uuid);
    try {
      if (!autostart) await removeFile(path);
      else if (!(await this.isAutostart(uuid))) await symlink(join('..', `${uuid}.xml`), path);
      await syncDirectory(this.#where.autostart);
    } catch (cause) {
      throw systemError('cannot change autostart', cause, { path });
    }
  }

  #autostartPath(uuid: string): string {
    return join(this.#where.autostart, `${uuid}.xml`);
  }

  #cachePath(uuid: string): string {
    return join(this.#where.cache, `${uuid}.json`);
  }

  async #key(uuid: string): Promise<string | undefined> {
    try {
      const { ino, size, mtimeNs } = await lstat(this.path(uuid), { bigint: true });
      return `${ino}:${size}:${mtimeNs}`;
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return undefined;
      throw systemError('cannot read definition', cause, { path: this.path(uuid) });
    }
  }

  async #readCache(uuid: string, key: string): Promise<CacheEntry | undefined> {
    try {
      const entry = JSON.parse(await readFile(this.#cachePath(uuid), 'utf8')) as Partial<CacheEntry>;
      return entry.format === CACHE_FORMAT && entry.key === key && entry.definition
        ? { format: CACHE_FORMAT, key, definition: entry.definition }
        : undefined;
    } catch {
      return undefined; // The cache may be absent, half written or of another version: the XML decides.
    }
  }

  /** Undefined when the file has gone meanwhile. */
  async #parse(uuid: string, key: string): Promise<CacheEntry | undefined> {
    const path = this.path(uuid);
    const text = await this.#text(path);
    if (text === undefined) return undefined;
    const entry: CacheEntry = { format: CACHE_FORMAT, key, definition: this.#read(path, text) };
    if (entry.definition.uuid !== uuid) {
      throw new VirtError('INTERNAL_ERROR', `definition file ${path} holds uuid ${entry.definition.uuid}`, {
        path,
      });
    }
    await this.#remember(uuid, entry);
    return entry;
  }

  async #text(path: string): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return undefined;
      throw systemError('cannot read definition', cause, { path });
    }
  }

  #read(path: string, text: string): CompleteDomain {
    try {
      return completeDomain(parseDomain(text), this.#host);
    } catch (cause) {
      if (!(cause instanceof VirtError)) throw cause;
      const hint = 'mend the file, or define the domain again';
      throw new VirtError(cause.code, `definition file ${path}: ${cause.message}`, { path, hint, cause });
    }
  }

  /** Best effort: a cache that can't be written costs time, nothing else. */
  async #remember(uuid: string, entry: CacheEntry): Promise<void> {
    this.#memory.set(uuid, entry);
    await replaceFile(this.#cachePath(uuid), JSON.stringify(entry), false).catch(() => undefined);
  }
}
