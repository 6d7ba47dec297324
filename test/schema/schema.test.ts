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
import { whole } from '../unit/definition/arbitrary/whole.js';
import { domainXml, HOST } from '../unit/definition/documents.js';
import { missingSchema, validateAll } from './libvirt-schema.js';

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

describe(`libvirt's schema${reason}`, () => {
  const stored = readdirSync(GOLDEN)
    .map((file) => readFileSync(join(GOLDEN, file), 'utf8'))
    .map((xml) => completeDomain(parseDomain(xml), HOST));

  withSchema('takes what is printed of our own documents, stored and live', () => {
    expect(faults(stored.map((definition) => formatDomain(definition)))).toEqual([]);
    expect(faults(stored.map((definition) => formatDomain(definition, { id: 4711 })))).toEqual([]);
  });

  withSchema('takes any definition, as far as it can be said in its words', () => {
    const definitions = fc.sample(whole, { numRuns: 300, seed: 1 });
    const printed = definitions.map((value) =>
      formatDomain(completeDomain(checkDomainDefinition(value), HOST)),
    );
    expect(faults(printed).slice(0, 3)).toEqual([]);
  });

  withSchema('refuses what is wrong', () => {
    expect(validateAll('domain', [domainXml({ rest: '<unknown/>' })])).toEqual([
      expect.stringContaining('unknown'),
    ]);
  });
});
