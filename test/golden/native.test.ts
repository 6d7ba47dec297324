/**
 * Configurations of lxc-tools in, libvirt's XML out. libvirt's own pairs are LGPL and not part of this repository:
 * they are read where a copy lies beside it. No root needed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNative } from '../../lib/definition/native/index.js';
import { importLxcTools } from '../../lib/definition/native/lxc-tools/import.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64', 'i686'], emulator: '/usr/libexec/libvirt_lxc' };
const UUID = 'c7a5fdbd-edaf-9455-926a-d65c16db1809';
const LIBVIRT = join(__dirname, '..', '..', '..', 'shared', 'data', 'libvirt-lxcconf2xml');
const CONFIGS = existsSync(LIBVIRT) ? readdirSync(LIBVIRT).filter((file) => file.endsWith('.config')) : [];

function convert(file: string): string {
  const { definition } = importLxcTools(readFileSync(join(LIBVIRT, file), 'utf8'));
  return formatNative({ ...definition, uuid: UUID }, HOST);
}

describe("libvirt's pairs", () => {
  if (CONFIGS.length === 0) {
    it.skip(`come out byte for byte (skipped: no copy of libvirt's test data at ${LIBVIRT})`, () => {});
    return;
  }

  it('are there in both generations of keys', () => {
    const names = (isNew: boolean): string[] =>
      CONFIGS.filter((file) => file.endsWith('-v3.config') === isNew).map((file) =>
        file.replace(/(?:-v3)?\.config$/u, ''),
      );
    expect(names(true)).toEqual(names(false));
    expect(names(true).length).toBeGreaterThan(5);
  });

  it.each(CONFIGS)('%s comes out byte for byte', (file) => {
    const expected = join(LIBVIRT, `${file.replace(/(?:-v3)?\.config$/u, '')}.xml`);
    expect(convert(file)).toBe(readFileSync(expected, 'utf8'));
  });
});
