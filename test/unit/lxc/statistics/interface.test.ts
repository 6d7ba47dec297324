import { readInterfaces, parseInterface } from '../../../../lib/lxc/statistics/interface.js';

test('a line has a name and sixteen numbers, whatever the width of its columns', () => {
  expect(
    parseInterface(
      '  eth0: 18446744073709551615  107001    1    2    0     0          0         0 14368105   99556    3    4    0     0       0          0',
    ),
  ).toEqual({
    name: 'eth0',
    rxBytes: 2n ** 64n - 1n,
    rxPackets: 107_001n,
    rxErrors: 1n,
    rxDropped: 2n,
    txBytes: 14_368_105n,
    txPackets: 99_556n,
    txErrors: 3n,
    txDropped: 4n,
  });
  expect(parseInterface(' veth|ü: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17')).toMatchObject({
    name: 'veth|ü',
    txDropped: 12n,
  });
});

test('headings and torn lines are none', () => {
  for (const line of ['Inter-|   Receive |  Transmit', ' face |bytes    packets errs', 'lo: 1 2 3', ''])
    expect(parseInterface(line)).toBeUndefined();
});

test('those of this process are read', async () => {
  expect((await readInterfaces(process.pid)).map(({ name }) => name)).toContain('lo');
});
