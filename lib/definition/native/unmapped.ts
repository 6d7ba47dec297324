/** What a conversion had to leave behind. */
import { compact } from '../plain/compact.js';

/** A line of a native configuration that the definition does not have, or not wholly. */
export interface UnmappedKey {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
  readonly reason?: string;
}

/** An element of the domain XML that the native configuration does not have, or not wholly. */
export interface UnmappedElement {
  /** Path below `<domain>`, for example `devices/interface`. */
  readonly element: string;
  readonly reason?: string;
}

/** Collects what an export cannot express; of several equal ones the first. */
export class ElementReport {
  readonly #found = new Map<string, UnmappedElement>();

  add(element: string, reason?: string): void {
    const key = `${element}\n${reason ?? ''}`;
    if (!this.#found.has(key)) this.#found.set(key, compact({ element, reason }));
  }

  /** One row for each property of an object that is not among those converted. */
  rest(parent: string, properties: object | undefined, converted: readonly string[] = []): void {
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value !== undefined && !converted.includes(name)) this.add(`${parent}/${elementName(name)}`);
    }
  }

  list(): readonly UnmappedElement[] {
    return Object.freeze([...this.#found.values()]);
  }
}

const UNITS = /(?:KiB|Bytes|Microseconds)$/u;
/** Lists have the name of their element in the plural. */
const PLURALS = /^(vcpupin|iothreadpin|vcpusched|iothreadsched|memnode|timer|cachetune|memorytune)s$/u;

function elementName(property: string): string {
  return property
    .replace(UNITS, '')
    .replace(PLURALS, '$1')
    .replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
