/** docs/elements.md has one row for each element and attribute the parser reads, and none for others. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IGNORED_ATTRIBUTES, IGNORED_ELEMENTS } from '../../lib/definition/domain/ignored.js';
import { UNSUPPORTED } from '../../lib/lxc/plan/unsupported.js';
import { pathsRead } from './read-paths.js';

const GOLDEN = join(__dirname, '..', 'golden', 'xml');
const PAGE = join(__dirname, '..', '..', 'docs', 'elements.md');

interface Row {
  readonly paths: readonly string[];
  readonly effect: string;
}

/** First column: `a/b`, `a/b@c`; `@d` belongs to the path before it; `{x,y}` stands for both. */
function rowsOfPage(markdown: string): readonly Row[] {
  const rows = [...markdown.matchAll(/^\| ([^|]*`[^|]*)\|[^|]*\|[^|]*\| ([^|]*)\|/gmu)];
  return rows.map(([, cell = '', effect = '']) => ({ paths: pathsOfCell(cell), effect: effect.trim() }));
}

function pathsOfCell(cell: string): readonly string[] {
  let elements: string[] = [];
  return [...cell.matchAll(/`([^`]+)`/gu)].flatMap(([, code = '']) => {
    if (code.startsWith('@'))
      return elements.length === 0 ? [code] : elements.map((element) => element + code);
    const paths = expand(code);
    elements = paths.map((path) => path.replace(/@.*$/u, ''));
    return paths;
  });
}

function expand(path: string): string[] {
  const braces = /^(.*?)\{([^}]*)\}(.*)$/u.exec(path);
  if (!braces) return [path];
  const [, before = '', choices = '', after = ''] = braces;
  return choices.split(',').flatMap((choice) => expand(before + choice.trim() + after));
}

/** `NAME` stands for any name. */
function isDescribed(path: string, described: readonly string[]): boolean {
  const anyName = path.replace(/^(features\/capabilities)\/[a-z_]+/u, '$1/NAME');
  return described.includes(anyName);
}

describe('docs/elements.md', () => {
  const documents = readdirSync(GOLDEN).map((file) => readFileSync(join(GOLDEN, file), 'utf8'));
  const read = [...pathsRead(documents)];
  const rows = rowsOfPage(readFileSync(PAGE, 'utf8'));
  const described = rows.flatMap(({ paths }) => paths);

  /** An element is described by the rows of what is in it, where there is something in it. */
  const isParent = (path: string): boolean =>
    read.some((other) => other.startsWith(`${path}/`) || other.startsWith(`${path}@`));

  it('has a row for each element and attribute that is read', () => {
    const missing = read.filter((path) => !isDescribed(path, described) && !isParent(path));
    expect(missing.toSorted()).toEqual([]);
  });

  it('has no row for what is neither read nor known to be ignored', () => {
    const known = new Set([
      ...read,
      ...IGNORED_ELEMENTS,
      ...IGNORED_ATTRIBUTES,
      'features/capabilities/NAME@state',
    ]);
    const unknown = described.filter((path) => !known.has(path) && !path.startsWith('virtainer:'));
    expect(unknown.toSorted()).toEqual([]);
  });

  it('says of each element that is refused at the start that it is', () => {
    const refused = rows
      .filter(({ effect }) => effect.includes('refused at start'))
      .flatMap(({ paths }) => paths);
    const silent = UNSUPPORTED.map(({ element }) => element.replace('metadata/virtainer:domain/', '')).filter(
      (element) =>
        !refused.some(
          (path) => path === element || path.startsWith(`${element}/`) || path.startsWith(`${element}@`),
        ),
    );
    expect(silent).toEqual([]);
  });

  it('says of nothing else that it is', () => {
    const elements = UNSUPPORTED.map(({ element }) => element.replace('metadata/virtainer:domain/', ''));
    const parts = rows
      .filter(({ effect }) => effect === 'refused at start')
      .flatMap(({ paths }) => paths)
      .filter((path) => !elements.some((element) => path.startsWith(element.replace(/@.*$/u, ''))));
    expect(parts).toEqual([]);
  });
});
