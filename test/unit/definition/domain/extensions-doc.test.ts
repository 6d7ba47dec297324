/** docs/extensions.md says what the code does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  completeDomain,
  EXTENSION_ELEMENTS,
  EXTENSIONS_NAMESPACE,
  formatDomain,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST } from '../documents.js';

const page = readFileSync(join(__dirname, '../../../../docs/extensions.md'), 'utf8');
const sections = page.split(/^### /mu).slice(1);
const nameOf = (section: string): string => /^\w+/u.exec(section)?.[0] ?? '';
const exampleOf = (section: string): string => /```xml\n([^]*?)```/u.exec(section)?.[1] ?? '';
const inDomain = (inside: string): string =>
  domainXml({
    rest: `<metadata><virtainer:domain xmlns:virtainer='${EXTENSIONS_NAMESPACE}'>${inside}</virtainer:domain></metadata>`,
  });
const indented = (text: string): string => text.replace(/^(?=.)/gmu, '      ');

describe('docs/extensions.md', () => {
  it('has every element, in the order of printing', () => {
    expect(sections.map(nameOf)).toEqual(Object.values(EXTENSION_ELEMENTS));
    const all = completeDomain(parseDomain(inDomain(sections.map(exampleOf).join('\n'))), HOST);
    expect(formatDomain(all)).toContain(indented(sections.map(exampleOf).join('')));
  });

  it.each(Object.entries(EXTENSION_ELEMENTS))(
    'has an example of %s that is printed as it is written',
    (key, name) => {
      const example = exampleOf(sections.find((section) => nameOf(section) === name) ?? '');
      const definition = parseDomain(inDomain(example));
      expect(Object.keys(definition.extensions ?? {})).toEqual([key]);
      expect(formatDomain(completeDomain(definition, HOST))).toContain(indented(example));
    },
  );

  it('has an example of a whole document, and the same typed', () => {
    expect(parseDomain(exampleOf(page))).toEqual({
      type: 'lxc',
      name: 'web',
      memoryKiB: 256 * 1024,
      os: { type: 'exe', init: '/usr/sbin/httpd' },
      extensions: { reaper: true, pids: { limit: 100 } },
    });
  });
});
