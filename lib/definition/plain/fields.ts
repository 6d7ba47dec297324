/** Reading the properties of a plain object: the counterpart of the element reader. */
import { quote } from '../../errors.js';
import { refusal, unknownValue } from '../refusal.js';
import { findForbiddenCharacter } from '../xml/characters.js';
import { XML_LIMITS } from '../xml/limits.js';
import type { PlainData, PlainObject } from './copy.js';

export class Fields {
  /** Where this object is in the definition, for messages. */
  readonly path: string;
  readonly #object: PlainObject;
  readonly #unread: Set<string>;

  /** @throws VirtError INVALID_ARG when the value is no object. */
  constructor(value: PlainData, path: string) {
    if (!(value instanceof Map)) throw wrongType(path, 'an object', value);
    this.path = path;
    this.#object = value;
    this.#unread = new Set(this.#object.keys());
  }

  /** Text that XML can hold. @throws VirtError INVALID_ARG, XML_ERROR. */
  string(key: string): string | undefined {
    return this.#text(key, XML_LIMITS.valueLength);
  }

  /** Text as long as a whole document. */
  document(key: string): string | undefined {
    return this.#text(key, XML_LIMITS.documentBytes);
  }

  boolean(key: string): boolean | undefined {
    const value = this.#take(key);
    if (value !== undefined && typeof value !== 'boolean')
      throw wrongType(this.#where(key), 'a boolean', value);
    return value;
  }

  /** A whole number, 0 or more. @throws VirtError INVALID_ARG, OVERFLOW. */
  unsignedInteger(key: string): number | undefined {
    const value = this.integer(key);
    if (value !== undefined && value < 0) {
      throw refusal('INVALID_ARG', `${this.#where(key)} must be a whole number, 0 or more, not ${value}`);
    }
    return value;
  }

  /** The same, or one word in its place. */
  unsignedIntegerOr<T extends string>(key: string, word: T): number | T | undefined {
    const value = this.#object.get(key);
    if (value === word) return this.oneOf(key, [word]);
    if (typeof value === 'string') {
      throw refusal('INVALID_ARG', `${this.#where(key)} must be a number or '${word}', not ${quote(value)}`);
    }
    return this.unsignedInteger(key);
  }

  /** A whole number. @throws VirtError INVALID_ARG, OVERFLOW. */
  integer(key: string): number | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw wrongType(this.#where(key), 'a number', value);
    if (!Number.isInteger(value)) {
      throw refusal('INVALID_ARG', `${this.#where(key)} must be a whole number, not ${value}`);
    }
    if (!Number.isSafeInteger(value)) throw refusal('OVERFLOW', `${this.#where(key)} is too large: ${value}`);
    // -0 would print as a value of its own in comparisons.
    return value + 0;
  }

  /** One value of a list. @throws VirtError INVALID_ARG for no string, XML_ERROR for an unknown one. */
  oneOf<T extends string>(key: string, list: readonly T[]): T | undefined {
    const value = this.string(key);
    if (value === undefined) return undefined;
    const found = list.find((item) => item === value);
    if (found === undefined) throw unknownValue(`value for ${this.#where(key)}`, value, list);
    return found;
  }

  /** The same, where libvirt has no default for typed definitions. */
  requiredOneOf<T extends string>(key: string, list: readonly T[]): T {
    const value = this.oneOf(key, list);
    if (value === undefined) throw refusal('INVALID_ARG', `${this.#where(key)} is missing`);
    return value;
  }

  fields(key: string): Fields | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : new Fields(value, this.#where(key));
  }

  /** A list of texts; undefined when empty. */
  strings(key: string, check: (text: string) => string): readonly string[] | undefined {
    return this.#list(key, (item, path) => check(single(item, path).string('') ?? ''));
  }

  /** A list of texts, each as long as a whole document; undefined when empty. */
  documents(key: string, check: (text: string, path: string) => string): readonly string[] | undefined {
    return this.#list(key, (item, path) => check(single(item, path).document('') ?? '', path));
  }

  /** A list of objects; undefined when empty. */
  list<T>(key: string, read: (fields: Fields) => T): readonly T[] | undefined {
    return this.#list(key, (item, path) => readAll(new Fields(item, path), read));
  }

  /** The properties nobody has read so far. */
  keys(): readonly string[] {
    return [...this.#unread];
  }

  /** @throws VirtError INVALID_ARG when a property is left that nobody knows: dropping it would hide a mistake. */
  end(): void {
    const [unknown] = this.#unread;
    if (unknown !== undefined)
      throw refusal('INVALID_ARG', `unknown property ${quote(unknown)} in ${this.path}`);
  }

  #list<T>(key: string, read: (item: PlainData, path: string) => T): readonly T[] | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (!isList(value)) throw wrongType(this.#where(key), 'an array', value);
    if (value.length === 0) return undefined;
    return Object.freeze(value.map((item, index) => read(item, `${this.#where(key)}[${index}]`)));
  }

  #text(key: string, limit: number): string | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(this.#where(key), 'a string', value);
    if (value.length > limit)
      throw refusal('XML_ERROR', `${this.#where(key)} is longer than ${limit} characters`);
    const forbidden = findForbiddenCharacter(value);
    if (forbidden) throw refusal('XML_ERROR', `${this.#where(key)}: ${forbidden.name} is not allowed`);
    return value;
  }

  #take(key: string): PlainData | undefined {
    this.#unread.delete(key);
    return this.#object.get(key);
  }

  #where(key: string): string {
    return key === '' ? this.path : `${this.path}.${key}`;
  }
}

/** Reads an object and makes sure that nothing of it is left over. */
export function readAll<T>(fields: Fields, read: (fields: Fields) => T): T {
  const result = read(fields);
  fields.end();
  return result;
}

/** An item of a list, as the nameless property of an object. */
function single(item: PlainData, path: string): Fields {
  return new Fields(new Map([['', item]]), path);
}

function isList(value: PlainData): value is readonly PlainData[] {
  return Array.isArray(value);
}

function wrongType(path: string, expected: string, value: PlainData): Error {
  const actual = Array.isArray(value) ? 'an array' : value instanceof Map ? 'an object' : `a ${typeof value}`;
  return refusal('INVALID_ARG', `${path} must be ${expected}, not ${actual}`);
}
