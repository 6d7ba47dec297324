import { readFileSync } from 'node:fs';
import { hasEnded, parseStat, parseStatus } from '../../../lib/lxc/process-text.js';

const FIELDS = 'S 4242 7750 7750 0 -1 4194304 100 0 0 0 12 34 0 0 20 0 3 0 2971759 5000 400 1844';

test('the fields of a process are found behind whatever it calls itself', () => {
  for (const name of ['sh', 'a) R 1 1 (b', 'new\nline', '((', ')', '', '\u{1F600} x']) {
    expect(parseStat(`7750 (${name}) ${FIELDS}\n`)).toEqual({
      name,
      state: 'S',
      parent: 4242,
      cpuTicks: 46n,
      threads: 3,
      startTime: '2971759',
    });
  }
});

test('a text that was cut short is no process', () => {
  expect(parseStat('')).toBeUndefined();
  expect(parseStat('7750 (sh) S 4242')).toBeUndefined();
});

test('only an exit status is left of a zombie', () => {
  const zombie = parseStat(`7750 (sh) ${FIELDS.replace('S', 'Z')}\n`);
  expect(zombie && hasEnded(zombie)).toBe(true);
});

test('numbers in namespaces, effective user and memory are those of their lines', () => {
  const status =
    'Name:\ta\\nNSpid:\\t1\nUmask:\t0022\nPid:\t900\nUid:\t100000\t100033\t100000\t100000\n' +
    'NSpid:\t900\t17\t1\nVmHWM:\t  9999 kB\nVmRSS:\t    1568 kB\n';
  expect(parseStatus(status)).toEqual({ numbers: [900, 17, 1], uid: 100_033, rssKiB: 1568 });
  expect(parseStatus('Name:\tkthreadd\nUid:\t0\t0\t0\t0\nNSpid:\t2\n')).toEqual({
    numbers: [2],
    uid: 0,
    rssKiB: 0,
  });
});

test('the texts of this process are understood', () => {
  const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'));
  expect(stat).toMatchObject({ parent: process.ppid });
  expect(stat?.threads).toBeGreaterThan(1);
  expect(parseStatus(readFileSync('/proc/self/status', 'utf8')).numbers).toContain(process.pid);
});
