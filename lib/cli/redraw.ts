/** Text that takes the place of the text before it. */
import type { Io } from './io.js';
import { terminalSize } from './terminal.js';

/**
 * What has to be written for each text. On a terminal it goes over the last one; what stands above is not touched, and
 * nothing of the terminal has to be put back. Elsewhere texts stand below each other, apart by an empty line.
 */
export function createRedraw(io: Io): (text: string) => string {
  let drawn: number | undefined;
  return (text) => {
    const size = terminalSize(io);
    if (!size) {
      const separator = drawn === undefined ? '' : '\n';
      drawn = 0;
      return `${separator}${text}`;
    }
    const lines = fit(text.split('\n').slice(0, -1), size);
    const back = drawn ? `\x1b[${drawn}F\x1b[J` : '';
    drawn = lines.length;
    return `${back}${lines.map((line) => `${line}\n`).join('')}`;
  };
}

/** The cursor can't go back to lines that have been scrolled away, or that take more than one row. */
function fit(
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const shown = lines.length < rows ? lines : lines.slice(0, Math.max(rows - 2, 1));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`(${more} more)`] : [])].map((line) => line.slice(0, columns));
}
