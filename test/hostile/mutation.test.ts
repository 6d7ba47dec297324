/**
 * Mutated documents: whatever comes in, it is read or refused with a VirtError, and what was read prints to
 * text that reads the same. A few thousand inputs; VIRTAINER_SLOW_TESTS=1 makes it 200,000.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkDomainDefinition,
  type DomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../lib/definition/domain/index.js';
import { VirtError } from '../../lib/errors.js';
import { HOST } from '../unit/definition/documents.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { mutatePlain } from './mutate-plain.js';
import { readTree } from './tree.js';

const LONG = process.env.VIRTAINER_SLOW_TESTS !== undefined;
const INPUTS = LONG ? 200_000 : 4000;
const TIMEOUT_MS = LONG ? 3_600_000 : 120_000;
const SEED = Number(process.env.VIRTAINER_SEED ?? 1);
/** Beyond what one document of 1 MiB costs, below what a leak of every input would add up to. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

const GOLDEN = join(__dirname, '..', 'golden', 'xml');

const documents = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.xml'))
  .map((file) => readFileSync(join(GOLDEN, file), 'utf8'));

/** How one input ended: `read`, or the code it was refused with. */
function outcome(read: () => DomainDefinition): string {
  try {
    const definition = completeDomain(read(), HOST);
    validateDomain(definition, HOST);
    const printed = formatDomain(definition);
    expect(formatDomain(completeDomain(parseDomain(printed), HOST))).toBe(printed);
    return 'read';
  } catch (error) {
    if (error instanceof VirtError) return error.code;
    throw error;
  }
}

function countOutcomes(inputs: number, attempt: (random: Random) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let seed = SEED; seed < SEED + inputs; seed += 1) {
    try {
      const result = attempt(new Random(seed));
      counts.set(result, (counts.get(result) ?? 0) + 1);
    } catch (cause) {
      throw new Error(`VIRTAINER_SEED=${seed} fails`, { cause });
    }
  }
  if (LONG) process.stderr.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
  return counts;
}

function notEmpty<T>([first, ...rest]: readonly T[]): [T, ...T[]] {
  if (first === undefined) throw new Error(`no documents in ${GOLDEN}`);
  return [first, ...rest];
}

it(
  `${INPUTS} mutated documents are read or refused with a VirtError, in bounded memory`,
  () => {
    const trees = notEmpty(documents.map(readTree));
    const before = process.memoryUsage().rss;
    const counts = countOutcomes(INPUTS, (random) => {
      const xml = mutate(random, trees);
      return outcome(() => parseDomain(xml, { validate: random.chance(2) }));
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
    // The mutations are worth something only while many survive, and rules beyond the syntax refuse the others.
    expect(counts.get('read')).toBeGreaterThan(INPUTS / 20);
    expect(counts.size).toBeGreaterThan(5);
  },
  TIMEOUT_MS,
);

it(
  `${INPUTS} mutated definitions are read or refused with a VirtError`,
  () => {
    const definitions = notEmpty(documents.map((xml) => parseDomain(xml)));
    const counts = countOutcomes(INPUTS, (random) => {
      const value = mutatePlain(random, random.pick(definitions));
      return outcome(() => checkDomainDefinition(value));
    });
    expect(counts.get('read')).toBeGreaterThan(INPUTS / 50);
    expect(counts.size).toBeGreaterThan(3);
  },
  TIMEOUT_MS,
);
