/**
 * docs/elements.md has one row for each element and attribute the parser reads, and none for others; what it says of
 * printing and of starts that are refused is so.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IGNORED_ATTRIBUTES, IGNORED_ELEMENTS } from '../../lib/definition/domain/ignored.js';
import { completeDomain, formatDomain, parseDomain } from '../../lib/definition/domain/index.js';
import { UNSUPPORTED } from '../../lib/lxc/plan/unsupported.js';
import { HOST } from '../unit/definition/documents.js';
import { pathsIn, pathsRead } from './read-paths.js';
import { rowsOfPage } from './rows.js';

const GOLDEN = join(__dirname, '..', 'golden', 'xml');
const DOCS = join(__dirname, '..', '..', 'docs');
const REFUSED = 'refused at start';
/** Refused where it is read, so that no document has it. */
const NEVER_READ_FURTHER = ['devices/memory', 'vcpus/vcpu'];
/** Printed in another place. */
const MOVED = ['devices/disk/source/encryption'];
/** Refused by lib/lxc/plan/refusals.ts, which says so of values only. */
const REFUSED_VALUES = ['on_poweroff', 'on_reboot'];

const documents = readdirSync(GOLDEN).map((file) => readFileSync(join(GOLDEN, file), 'utf8'));
const read = [...pathsRead(documents)].map(withAnyName);
const written = new Set(documents.flatMap(pathsIn).map(withAnyName));
const printed = new Set(documents.flatMap((xml) => pathsIn(print(xml))).map(withAnyName));
const rows = rowsOfPage(readFileSync(join(DOCS, 'elements.md'), 'utf8'));
const described = rows.flatMap(({ paths }) => paths);

function print(xml: string): string {
  return formatDomain(completeDomain(parseDomain(xml), HOST));
}

/** `NAME` stands for any name. */
function withAnyName(path: string): string {
  return path.replace(/^(features\/capabilities)\/[a-z_]+/u, '$1/NAME');
}

function isIn(path: string, element: string): boolean {
  return path === element || path.startsWith(`${element}/`) || path.startsWith(`${element}@`);
}

/** A type of file system has elements and attributes that are refused with it. */
function isRefused(path: string): boolean {
  return UNSUPPORTED.some(({ element }) => {
    const name = withoutMetadata(element);
    return isIn(path, name) || (name.endsWith('@type') && isIn(path, name.slice(0, -'@type'.length)));
  });
}

function withoutMetadata(element: string): string {
  return element.replace('metadata/virtainer:domain/', '');
}

describe('the golden documents', () => {
  it('have each element that is asked for in them, so that what is inside of it is read', () => {
    const unseen = read.filter((path) => !path.includes('@') && !written.has(path));
    expect(unseen.filter((path) => !NEVER_READ_FURTHER.includes(path)).toSorted()).toEqual([]);
  });
});

describe('docs/elements.md', () => {
  /** An element is described by the rows of what is in it, where there is something in it. */
  const isParent = (path: string): boolean => read.some((other) => other !== path && isIn(other, path));

  it('has a row for each element and attribute that is read', () => {
    const missing = read.filter((path) => !described.includes(path) && !isParent(path));
    expect([...new Set(missing)].toSorted()).toEqual([]);
  });

  it('has no row for what is neither read nor known to be ignored', () => {
    const known = new Set([...read, ...IGNORED_ELEMENTS, ...IGNORED_ATTRIBUTES]);
    expect(described.filter((path) => !known.has(path)).toSorted()).toEqual([]);
  });

  it('has nothing in two rows', () => {
    expect(described.filter((path, index) => described.indexOf(path) !== index)).toEqual([]);
  });

  it('says values of what is printed, and of nothing else', () => {
    const wrong = rows.flatMap(({ paths, values }) =>
      paths.filter((path) => printed.has(path) !== (values !== '-')),
    );
    expect(wrong.toSorted()).toEqual(MOVED);
  });

  it('says of what is live only that no definition has it', () => {
    expect(rows.filter(({ values, effect }) => effect === 'live only' && values !== '-')).toEqual([]);
  });

  it('says of everything that is refused at the start that it is', () => {
    const elements = UNSUPPORTED.map(({ element }) => withoutMetadata(element));
    const silent = rows
      .filter(({ values, effect }) => values !== '-' && !effect.includes(REFUSED))
      .flatMap(({ paths }) => paths.filter((path) => elements.some((element) => isIn(path, element))));
    expect(silent).toEqual([]);
    expect(elements.filter((element) => !described.some((path) => isIn(path, element)))).toEqual([]);
  });

  it('says of nothing else that it is', () => {
    const claimed = rows.filter(({ effect }) => effect.includes(REFUSED)).flatMap(({ paths }) => paths);
    expect(claimed.filter((path) => !isRefused(path))).toEqual(REFUSED_VALUES);
  });
});

describe('docs/extensions.md', () => {
  const page = readFileSync(join(DOCS, 'extensions.md'), 'utf8');
  const sections = new Map(
    page
      .split(/^### /mu)
      .slice(1)
      .map((section) => [/^\S+/u.exec(section)?.[0] ?? '', section]),
  );
  const own = read.filter((path) => path.startsWith('virtainer:'));
  const nameOf = (path: string): string => /^virtainer:([^/@]+)/u.exec(path)?.[1] ?? '';

  it('has a section for each element of the package, and no other', () => {
    expect([...sections.keys()].toSorted()).toEqual([...new Set(own.map(nameOf))].toSorted());
  });

  it('names in it everything that is read there', () => {
    const silent = own.filter((path) => {
      const last = /[^/@:]+$/u.exec(path)?.[0] ?? '';
      return !(sections.get(nameOf(path)) ?? '').includes(last);
    });
    expect(silent).toEqual([]);
  });
});
