import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION, versionNumber } from '../../lib/version.js';

test('the version is that of package.json', () => {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  expect(text).toContain(`"version": "${VERSION}"`);
});

test('a version is counted as libvirt counts', () => {
  expect(versionNumber('9.10.11')).toBe(9_010_011);
  expect(versionNumber('1.2')).toBe(1_002_000);
});
