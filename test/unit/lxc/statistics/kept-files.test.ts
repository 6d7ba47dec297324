import { mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescriptorBudget,
  KeptFiles,
  descriptorBudget,
  readOnce,
} from '../../../../lib/lxc/statistics/kept-files.js';
import { useGroups } from './fake-groups.js';

const group = useGroups();

function openBelow(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      return [];
    }
  });
}

test('a file is opened once and read anew each time', () => {
  const { directory } = group(1, [], { usage: '1\n' });
  const files = new KeptFiles(new DescriptorBudget(5));
  expect(files.read(directory, 'usage')).toBe('1\n');
  writeFileSync(join(directory, 'usage'), '22\n');
  expect(files.read(directory, 'usage')).toBe('22\n');
  expect(openBelow(directory)).toHaveLength(1);
  files.close();
  expect(openBelow(directory)).toEqual([]);
});

test('an open file is never one of a later run', () => {
  const { directory } = group(1, [], { usage: 'first\n' });
  const files = new KeptFiles(new DescriptorBudget(5));
  files.read(directory, 'usage');
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
  writeFileSync(join(directory, 'usage'), 'second\n');
  expect(files.read(directory, 'usage')).toBe('first\n');
  files.close();
});

test('what is not there is looked for once', () => {
  const { directory } = group(1, [], {});
  const files = new KeptFiles(new DescriptorBudget(5));
  expect(files.read(directory, 'peak')).toBeUndefined();
  writeFileSync(join(directory, 'peak'), '1\n');
  expect(files.read(directory, 'peak')).toBeUndefined();
  files.close();
});

test('beyond the budget files are read all the same, and closing gives back what was taken', () => {
  const { directory } = group(1, [], { a: 'a', b: 'b', c: 'c' });
  const budget = new DescriptorBudget(2);
  const [one, other] = [new KeptFiles(budget), new KeptFiles(budget)];
  for (const name of ['a', 'b', 'c']) expect(one.read(directory, name)).toBe(name);
  expect(other.read(directory, 'a')).toBe('a');
  expect(openBelow(directory)).toHaveLength(2);
  one.close();
  one.close();
  for (const name of ['a', 'b', 'c']) expect(other.read(directory, name)).toBe(name);
  expect(openBelow(directory)).toHaveLength(2);
  other.close();
});

test('a reading that outlives the closing keeps nothing open', () => {
  const { directory } = group(1, [], { a: 'a' });
  const files = new KeptFiles(new DescriptorBudget(5));
  files.close();
  expect(files.read(directory, 'a')).toBe('a');
  expect(openBelow(directory)).toEqual([]);
});

test('a file larger than one read comes whole', () => {
  const text = `${'ä'.repeat(100_000)}\n`;
  const { directory } = group(1, [], { long: text });
  expect(readOnce(directory, 'long')).toBe(text);
  expect(openBelow(directory)).toEqual([]);
});

test('the budget of this process leaves most descriptors to others', () => {
  const budget = descriptorBudget();
  let taken = 0;
  while (budget.take()) taken++;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(2048);
});
