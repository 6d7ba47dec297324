import { printable } from '../../lib/cli/printable.js';
import { toJson } from '../../lib/cli/printer.js';
import { formatBareTable, formatFields, formatTable } from '../../lib/cli/table.js';

/** Clears the screen, in two ways, and writes backwards. */
const HOSTILE = 'a\x1b[2J\u009b2J\u202eb\n\x7f';
const CONTROL = /[\p{Cc}\u202e]/u;

test('a name can not command a terminal', () => {
  expect(printable(HOSTILE)).toBe('a\\x1b[2J\\x9b2J\\u202eb\\x0a\\x7f');
  expect(printable('Grüße, 世界')).toBe('Grüße, 世界');
});

test('nor can a cell of a table, and columns stay apart', () => {
  expect(formatBareTable([[HOSTILE, 'x']])).toBe(` ${printable(HOSTILE)}   x\n`);
  for (const line of formatTable(['A', 'B'], [[HOSTILE, 'x']]).split('\n')) expect(line).not.toMatch(CONTROL);
  expect(formatFields([['Name', HOSTILE]]).trimEnd()).not.toMatch(CONTROL);
});

test('nor can JSON, whose value stays the same', () => {
  const json = toJson({ name: HOSTILE });
  expect(json.trimEnd()).not.toMatch(CONTROL);
  expect(JSON.parse(json)).toEqual({ name: HOSTILE });
});
