/**
 * Plain JavaScript data of unknown origin to an inert copy. Programs without a type checker pass anything:
 * getters, proxies, cycles, polluted prototypes. Everything is read once, here, and never touched again.
 */
import { VirtError } from '../../errors.js';
import { refusal } from '../refusal.js';
import { XML_LIMITS } from '../xml/limits.js';

/** Objects become maps: keys such as `__proto__` mean nothing to them. */
export type PlainData = string | number | boolean | readonly PlainData[] | PlainObject;
export type PlainObject = ReadonlyMap<string, PlainData>;

/** @throws VirtError INVALID_ARG when the value is anything but plain data within the limits. */
export function copyPlainData(value: unknown, what: string): PlainData {
  try {
    const copy = new Copy().value(value, what, 0);
    if (copy === undefined) throw refusal('INVALID_ARG', `${what} is missing`);
    return copy;
  } catch (cause) {
    if (cause instanceof VirtError) throw cause;
    // A trap of a proxy.
    throw new VirtError('INVALID_ARG', `${what} cannot be read`, { domain: 'DOMAIN', cause });
  }
}

class Copy {
  #nodes = 0;
  #length = 0;

  value(value: unknown, path: string, depth: number): PlainData | undefined {
    this.#nodes += 1;
    if (this.#nodes > XML_LIMITS.nodes)
      throw refusal('INVALID_ARG', `${path}: more than ${XML_LIMITS.nodes} values`);
    if (depth > XML_LIMITS.depth)
      throw refusal('INVALID_ARG', `${path}: nested too deep, or refers to itself`);
    switch (typeof value) {
      case 'undefined':
        return undefined;
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value))
          throw refusal('INVALID_ARG', `${path} must be a finite number, not ${value}`);
        return value;
      case 'string':
        return this.#string(value, path);
      case 'object':
        if (value !== null) return this.#object(value, path, depth);
        break;
      default:
    }
    throw refusal('INVALID_ARG', `${path} cannot be ${value === null ? 'null' : `a ${typeof value}`}`);
  }

  #string(value: string, path: string): string {
    this.#length += value.length;
    if (this.#length > XML_LIMITS.documentBytes)
      throw refusal('INVALID_ARG', `${path}: definition is too large`);
    return value;
  }

  #object(value: object, path: string, depth: number): PlainData {
    if (Array.isArray(value)) return this.#array(value as readonly unknown[], path, depth);
    if (!isPlainObject(value)) throw refusal('INVALID_ARG', `${path} must be a plain object`);
    const copy = new Map<string, PlainData>();
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') throw refusal('INVALID_ARG', `${path} has a symbol among its properties`);
      const item = this.value(ownValue(value, key, path), `${path}.${key}`, depth + 1);
      if (item !== undefined) copy.set(key, item);
    }
    return copy;
  }

  #array(values: readonly unknown[], path: string, depth: number): readonly PlainData[] {
    const length: unknown = ownValue(values, 'length', path);
    if (typeof length !== 'number' || length > XML_LIMITS.nodes) {
      throw refusal('INVALID_ARG', `${path} has more than ${XML_LIMITS.nodes} items`);
    }
    return Array.from({ length }, (_, index) => {
      const where = `${path}[${index}]`;
      const item = this.value(ownValue(values, String(index), where), where, depth + 1);
      if (item === undefined) throw refusal('INVALID_ARG', `${where} is missing`);
      return item;
    });
  }
}

/** Of any realm: its prototype is some `Object.prototype`, or null. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
}

function ownValue(object: object, key: string, path: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor && !('value' in descriptor)) throw refusal('INVALID_ARG', `${path}: '${key}' is a getter`);
  return descriptor?.value;
}
