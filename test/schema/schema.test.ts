/** All that is printed is valid under libvirt's own schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
} from '../../lib/definition/domain/index.js';
import { VirtError } from '../../lib/errors.js';
import { devices } from '../unit/definition/arbitrary/devices.js';
import { extensions } from '../unit/definition/arbitrary/extensions.js';
import { general } from '../unit/definition/arbitrary/general.js';
import { optional } from '../unit/definition/arbitrary/optional.js';
import { tuning } from '../unit/definition/arbitrary/tuning.js';
import { domainXml, HOST } from '../unit/definition/documents.js';
import { printTree, readTree } from '../hostile/tree.js';
import { missingSchema, validateAll } from './libvirt-schema.js';
import { plainWords, withoutUnknown } from './plain-words.js';

const GOLDEN = join(__dirname, '..', 'golden', 'xml');

const missing = missingSchema('domain');
const withSchema = missing === undefined ? it : it.skip;
const reason = missing === undefined ? '' : ` (skipped: ${missing})`;

/** What the schema has against these, with the documents. */
function faults(documents: readonly string[]): string[] {
  return validateAll('domain', documents).flatMap((verdict, index) =>
    verdict === null ? [] : [`${verdict}\n${documents[index] ?? ''}`],
  );
}

/**
 * Disks, interfaces, templates and cache tuning are compared by the documents only: libvirt's parser takes many
 * combinations of theirs that its schema does not.
 */
const definitions = fc
  .record({ general, tuning, devices, extensions: optional(extensions) })
  .map(({ general: base, tuning: part, devices: parts, extensions: own }) => ({
    ...base,
    ...part,
    devices: {
      filesystems: parts.filesystems.filter(({ type }) => type !== 'template'),
      hostdevs: parts.hostdevs,
      consoles: base.devices?.consoles,
    },
    extensions: own,
  }));

/** Nothing where plain words have made two things alike that must differ. */
function printPlain(value: unknown): string[] {
  try {
    return [formatDomain(completeDomain(checkDomainDefinition(plainWords(value)), HOST))].map(inSchema);
  } catch (error) {
    if (error instanceof VirtError) return [];
    throw error;
  }
}

function inSchema(xml: string): string {
  return printTree(withoutUnknown(readTree(xml)));
}

describe(`libvirt's schema${reason}`, () => {
  const stored = readdirSync(GOLDEN)
    // What is kept for other drivers is as valid as it came.
    .filter((file) => !file.startsWith('kept'))
    .map((file) => readFileSync(join(GOLDEN, file), 'utf8'))
    .map((xml) => completeDomain(parseDomain(xml), HOST));

  withSchema('takes what is printed of our own documents, stored and live', () => {
    expect(faults(stored.map((definition) => inSchema(formatDomain(definition))))).toEqual([]);
    expect(faults(stored.map((definition) => inSchema(formatDomain(definition, { id: 4711 }))))).toEqual([]);
  });

  withSchema('takes any definition, as far as it can be said in its words', () => {
    const printed = fc.sample(definitions, { numRuns: 400, seed: 1 }).flatMap(printPlain);
    expect(printed.length).toBeGreaterThan(100);
    expect(faults(printed).slice(0, 3)).toEqual([]);
  });

  withSchema('refuses what is wrong', () => {
    expect(validateAll('domain', [domainXml({ rest: '<unknown/>' })])).toEqual([
      expect.stringContaining('unknown'),
    ]);
  });
});
