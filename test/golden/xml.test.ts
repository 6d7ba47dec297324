/**
 * Domain XML in, domain XML out. `<case>.xml` comes out as `<case>.out.xml`, or as itself where there is none.
 * No root needed.
 */
import { RANDOM } from '../../lib/definition/domain/generate.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../lib/definition/domain/index.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64', 'i686'], emulator: '/usr/libexec/libvirt_lxc' };
const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';

const OWN = join(__dirname, 'xml');
/** libvirt's own vectors are LGPL and not part of this repository: they are read where a copy lies beside it. */
const LIBVIRT = join(__dirname, '..', '..', '..', 'shared', 'data', 'libvirt-lxcxml2xml');
const LIBVIRT_CASES = [
  'lxc-capabilities',
  'lxc-ethernet',
  'lxc-filesystem-ram',
  'lxc-filesystem-root',
  'lxc-idmap',
  'lxc-initdir',
  'lxc-initenv',
  'lxc-inituser',
  'lxc-sharenet',
];

function roundTrip(xml: string): string {
  const definition = completeDomain(parseDomain(xml, { validate: true }), HOST, {
    ...RANDOM,
    uuid: () => UUID,
  });
  validateDomain(definition, HOST);
  return formatDomain(definition);
}

function compare(folder: string, name: string): void {
  const input = join(folder, `${name}.xml`);
  const output = join(folder, `${name}.out.xml`);
  const expected = readFileSync(existsSync(output) ? output : input, 'utf8');
  expect(roundTrip(readFileSync(input, 'utf8'))).toBe(expected);
  expect(roundTrip(expected)).toBe(expected);
}

describe('own vectors', () => {
  const cases = readdirSync(OWN)
    .filter((file) => file.endsWith('.xml') && !file.endsWith('.out.xml'))
    .map((file) => file.slice(0, -'.xml'.length));

  it.each(cases)('%s', (name) => {
    compare(OWN, name);
  });
});

describe("libvirt's vectors", () => {
  const vector = existsSync(LIBVIRT) ? it : it.skip;
  const reason = existsSync(LIBVIRT) ? '' : ` (skipped: no copy of libvirt's test data at ${LIBVIRT})`;

  vector.each(LIBVIRT_CASES)(`%s comes out byte for byte${reason}`, (name) => {
    compare(LIBVIRT, name);
  });
});

describe('a document of each kind of container', () => {
  const folder = join(__dirname, '..', '..', '..', 'shared', 'data', 'kinds');
  const kinds = existsSync(folder) ? readdirSync(folder) : [];
  const reason = existsSync(folder) ? '' : ` (skipped: no documents at ${folder})`;

  (kinds.length > 0 ? it : it.skip)(`is valid, and comes out the same twice${reason}`, () => {
    for (const file of kinds) {
      const printed = roundTrip(readFileSync(join(folder, file), 'utf8'));
      expect(roundTrip(printed)).toBe(printed);
    }
    expect(kinds).toHaveLength(5);
  });
});
