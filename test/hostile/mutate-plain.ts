/** The same for typed definitions: what a program without a type checker may pass. */
import type { Random } from './random.js';

type Plain = Record<string, unknown>;

const VALUES = [
  undefined,
  null,
  '',
  '/',
  'none',
  'x'.repeat(5000),
  '__proto__',
  '\u0000',
  '\ud800',
  0,
  -0,
  -1,
  1.5,
  Number.NaN,
  Number.MAX_SAFE_INTEGER,
  2 ** 60,
  10n,
  true,
  false,
  Symbol.iterator,
  () => 'x',
  [],
  [[]],
  {},
  new Map(),
  new Date(0),
  Object.freeze({ type: 'none' }),
  { toString: () => 'x' },
  { then: () => undefined },
] as const;
const KEYS = ['__proto__', 'constructor', 'toString', 'then', 'type', 'length', 'x'] as const;

/** A damaged copy of a definition: one to three properties replaced, removed or added. */
export function mutatePlain(random: Random, definition: object): unknown {
  const root = structuredClone(definition) as Plain;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const object = random.pick(objectsOf(root));
    const keys = Object.keys(object);
    const key = random.chance(4) ? random.pick(KEYS) : (keys[random.below(keys.length)] ?? 'x');
    if (random.chance(4)) Reflect.deleteProperty(object, key);
    else define(object, key, random.chance(3) ? random.pick(objectsOf(root)) : random.pick(VALUES));
  }
  return root;
}

/** `__proto__` becomes a property like any other, as JSON.parse makes it. */
function define(object: Plain, key: string, value: unknown): void {
  if (Object.isFrozen(object) || (Array.isArray(object) && key === 'length')) return;
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function objectsOf(root: Plain): [Plain, ...Plain[]] {
  const found: [Plain, ...Plain[]] = [root];
  const seen = new Set<unknown>(found);
  // Changes may have made cycles: each object is visited once.
  for (const object of found) {
    for (const value of Object.values(object)) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      found.push(value as Plain);
    }
  }
  return found;
}
