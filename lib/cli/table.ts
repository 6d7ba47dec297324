/** virsh's columns. */
import { printable } from './printable.js';

/** A table with a header and a rule, each column as wide as its widest cell. */
export function formatTable(header: readonly string[], cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(printable));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 3, 0));
  const [first = '', ...others] = formatRows([header, ...rows], widths);
  return [first, rule, ...others].map((line) => `${line}\n`).join('');
}

/** The same without header and rule. */
export function formatBareTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(printable));
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_none, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return formatRows(rows, widths)
    .map((line) => `${line}\n`)
    .join('');
}

/** `Key:   value` lines, the values below each other. */
export function formatFields(fields: readonly (readonly [key: string, value: string])[]): string {
  return fields.map(([key, value]) => `${`${key}:`.padEnd(15)} ${printable(value)}\n`).join('');
}

function formatRows(rows: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return rows.map((row) =>
    row
      .map((cell, column) => ` ${cell.padEnd(widths[column] ?? 0)}`)
      .join('  ')
      .trimEnd(),
  );
}
