/** JSON with the place of each value, for messages, and with integers of 64 bits. */
import { VirtError, quote } from '../../../../errors.js';

/** Marks an integer that JavaScript's numbers might not hold. No text of a profile begins so. */
const EXACT = '\u0000';
const MAX_UINT64 = 0xffffffffffffffffn;

/** A value in a profile. */
export class JsonPlace {
  readonly #file: string;
  readonly #where: string;
  readonly #value: unknown;

  private constructor(file: string, where: string, value: unknown) {
    this.#file = file;
    this.#where = where;
    this.#value = value;
  }

  /** @throws VirtError CONF_SYNTAX when the text is not JSON */
  static parse(file: string, text: string): JsonPlace {
    try {
      return new JsonPlace(file, '', JSON.parse(keepIntegers(text)));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.replaceAll(EXACT, '') : String(cause);
      throw failure('CONF_SYNTAX', file, `not JSON: ${why}`, cause);
    }
  }

  /** Members of an object; the value must have no others. A misspelt one would be a rule that nobody sees missing. */
  members(names: readonly string[]): (name: string) => JsonPlace | undefined {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) {
      throw this.wrong('an object');
    }
    const entries = new Map<string, unknown>(Object.entries(this.#value));
    for (const name of entries.keys()) {
      if (!names.includes(name)) throw this.#child(name).error('is not a known member');
    }
    return (name) => {
      const value = entries.get(name);
      // Go's programs write null for what is not there.
      return value === undefined || value === null ? undefined : this.#child(name, value);
    };
  }

  items(): readonly JsonPlace[] {
    if (!Array.isArray(this.#value)) throw this.wrong('an array');
    return this.#value.map(
      (value: unknown, index) => new JsonPlace(this.#file, `${this.#where}[${index}]`, value),
    );
  }

  string(): string {
    if (typeof this.#value !== 'string' || this.#value.startsWith(EXACT)) throw this.wrong('a string');
    return this.#value;
  }

  integer(max: number): number {
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
      throw this.wrong(`an integer from 0 to ${max}`);
    }
    return value;
  }

  uint64(): bigint {
    const value = this.#value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return BigInt(value);
    const digits = typeof value === 'string' ? /^\0(\d{1,20})$/u.exec(value)?.[1] : undefined;
    const exact = digits === undefined ? undefined : BigInt(digits);
    if (exact === undefined || exact > MAX_UINT64) throw this.wrong(`an integer from 0 to ${MAX_UINT64}`);
    return exact;
  }

  /** The error for a value that is not what it must be. */
  wrong(expected: string): VirtError {
    const text = JSON.stringify(this.#value).replaceAll('\\u0000', '');
    return this.error(`must be ${expected}, not ${quote(text)}`);
  }

  /** The error for a mistake at this place. */
  error(what: string): VirtError {
    return failure('CONF_SYNTAX', this.#file, `${this.#where || 'the profile'} ${what}`);
  }

  /** The error for something that is right, but cannot be had here. */
  unsupported(what: string): VirtError {
    return failure('CONFIG_UNSUPPORTED', this.#file, `${this.#where || 'the profile'} ${what}`);
  }

  /** For naming a second place in a message. */
  get where(): string {
    return this.#where;
  }

  #child(name: string, value?: unknown): JsonPlace {
    return new JsonPlace(this.#file, this.#where === '' ? name : `${this.#where}.${name}`, value);
  }
}

/** JSON.parse rounds what is above 2 ** 53, and masks of 64 bits are. Strings are matched to be left alone. */
function keepIntegers(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gsu, (token) =>
    /^[1-9]\d{15,}$/u.test(token) ? `"\\u0000${token}"` : token,
  );
}

function failure(
  code: 'CONF_SYNTAX' | 'CONFIG_UNSUPPORTED',
  file: string,
  what: string,
  cause?: unknown,
): VirtError {
  return new VirtError(code, `seccomp profile ${file}: ${what}`, { domain: 'SECURITY', path: file, cause });
}
