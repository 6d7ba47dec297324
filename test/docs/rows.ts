/** The tables of docs/elements.md. */

export interface Row {
  readonly paths: readonly string[];
  /** `-` where the definition can't say it. */
  readonly values: string;
  readonly effect: string;
}

/** Every row whose first cell has paths in it. */
export function rowsOfPage(markdown: string): readonly Row[] {
  const rows = [...markdown.matchAll(/^\| ([^|]*`[^|]*)\|([^|]*)\|[^|]*\|([^|]*)\|/gmu)];
  return rows.map(([, cell = '', values = '', effect = '']) => ({
    paths: pathsOfCell(cell),
    values: values.trim(),
    effect: effect.trim(),
  }));
}

/** `a/b`, `a/b@c`; `@d` belongs to the paths before it; `{x,y}` stands for both. */
function pathsOfCell(cell: string): readonly string[] {
  let elements: string[] = [];
  return [...cell.matchAll(/`([^`]+)`/gu)].flatMap(([, code = '']) => {
    if (code.startsWith('@'))
      return elements.length === 0 ? [code] : elements.map((element) => element + code);
    const paths = expand(code);
    elements = [...new Set(paths.map((path) => path.replace(/@.*$/u, '')))];
    return paths;
  });
}

function expand(path: string): string[] {
  const braces = /^(.*?)\{([^}]*)\}(.*)$/u.exec(path);
  if (!braces) return [path];
  const [, before = '', choices = '', after = ''] = braces;
  return choices.split(',').flatMap((choice) => expand(before + choice.trim() + after));
}
