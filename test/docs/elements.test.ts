/** docs/elements.md has one row for each element and attribute the parser reads, and none for others. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsRead } from './read-paths.js';

const GOLDEN = join(__dirname, '..', 'golden', 'xml');
const PAGE = join(__dirname, '..', '..', 'docs', 'elements.md');

/** The paths in the first column: `a/b`, `a/b@c`; `@d` belongs to the path before it; `{x,y}` stands for both. */
function pathsOfPage(markdown: string): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const [, cell = ''] of markdown.matchAll(/^\| ([^|]*`[^|]*) \|/gmu)) {
    let element = '';
    for (const [, code = ''] of cell.matchAll(/`([^`]+)`/gu)) {
      for (const path of expand(code)) {
        if (!path.startsWith('@')) element = path.replace(/@.*$/u, '');
        paths.add(path.startsWith('@') ? element + path : path);
      }
    }
  }
  return paths;
}

function expand(path: string): string[] {
  const braces = /^(.*?)\{([^}]*)\}(.*)$/u.exec(path);
  if (!braces) return [path];
  const [, before = '', choices = '', after = ''] = braces;
  return choices.split(',').flatMap((choice) => expand(before + choice.trim() + after));
}

describe('docs/elements.md', () => {
  const documents = readdirSync(GOLDEN).map((file) => readFileSync(join(GOLDEN, file), 'utf8'));
  const read = pathsRead(documents);
  const described = pathsOfPage(readFileSync(PAGE, 'utf8'));

  /** An element is described by the rows of what is in it, where there is something in it. */
  const isParent = (path: string): boolean =>
    [...read].some((other) => other.startsWith(`${path}/`) || other.startsWith(`${path}@`));

  it('has a row for each element and attribute that is read', () => {
    const missing = [...read].filter((path) => !described.has(path) && !isParent(path));
    expect(missing.toSorted()).toEqual([]);
  });

  it('has no row for what is not read', () => {
    expect([...described].filter((path) => !read.has(path)).toSorted()).toEqual([]);
  });
});
