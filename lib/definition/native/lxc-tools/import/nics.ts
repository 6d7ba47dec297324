/** Lines about the network, gathered by interface. */
import type { Config, Entry } from '../config.js';

/** The properties of one interface, by their names in the newer keys. */
export class Nic {
  readonly #config: Config;
  readonly #properties = new Map<string, Entry[]>();

  constructor(config: Config) {
    this.#config = config;
  }

  add(property: string, entry: Entry): void {
    const same = this.#properties.get(property);
    if (same) same.push(entry);
    else this.#properties.set(property, [entry]);
  }

  /** The last line counts, as in libvirt and lxc-tools. */
  value(property: string): string | undefined {
    const entry = this.entry(property);
    return entry === undefined || entry.value === '' ? undefined : entry.value;
  }

  entry(property: string): Entry | undefined {
    const entries = this.#properties.get(property) ?? [];
    const last = entries.at(-1);
    for (const entry of entries.slice(0, -1)) this.#config.leave(entry, 'given again below');
    if (last) this.#config.take(last);
    return last;
  }

  /** All lines of some properties, in the order of the file. */
  entries(...properties: readonly string[]): readonly Entry[] {
    const found = properties.flatMap((property) => this.#properties.get(property) ?? []);
    for (const entry of found) this.#config.take(entry);
    return found.sort((a, b) => a.line - b.line);
  }

  /** Has every line reported. */
  leave(reason: string): void {
    for (const entry of [...this.#properties.values()].flat()) this.#config.leave(entry, reason);
  }
}

const INDEXED = /^lxc\.net\.(\d{1,9})\.(.+)$/u;
const LEGACY = 'lxc.network.';
/** Older names of properties. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['ipv4', 'ipv4.address'],
  ['ipv6', 'ipv6.address'],
]);

/** By their index, or in the old keys from one `type` to the next; those with an index come last. */
export function collectNics(config: Config): readonly Nic[] {
  const indexed = new Map<number, Nic>();
  const legacy: Nic[] = [];
  for (const entry of config.below('lxc.net')) {
    const [, index, name] = INDEXED.exec(entry.key) ?? [];
    if (index !== undefined && name !== undefined) {
      const nic = indexed.get(Number(index)) ?? new Nic(config);
      indexed.set(Number(index), nic);
      nic.add(RENAMED.get(name) ?? name, entry);
    } else if (entry.key.startsWith(LEGACY)) {
      const property = entry.key.slice(LEGACY.length);
      if (property === 'type') legacy.push(new Nic(config));
      // Before the first type there is no interface, and the line is reported.
      legacy.at(-1)?.add(RENAMED.get(property) ?? property, entry);
    }
  }
  const byIndex = [...indexed].sort(([a], [b]) => a - b).map(([, nic]) => nic);
  return [...legacy, ...byIndex];
}
