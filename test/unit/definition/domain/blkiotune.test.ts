import { checked, linesOf, parsed, printed, refusals, type Refused } from './tuning.js';

const inside = (text: string): string => `<blkiotune>${text}</blkiotune>`;
const device = (text: string, path = '/dev/sda'): string =>
  inside(`<device><path>${path}</path>${text}</device>`);
const deviceWith = (part: object): object => ({ blkiotune: { devices: [{ path: '/dev/sda', ...part }] } });

describe('blkiotune', () => {
  it("is printed in libvirt's order", () => {
    const blkiotune = {
      devices: [
        { writeBytesSec: 5, readBytesSec: 4, writeIopsSec: 3, readIopsSec: 2, weight: 500, path: '/dev/sda' },
        { path: '/dev/sdb', weight: 1 },
      ],
      weight: 800,
    };
    expect(linesOf(printed({ blkiotune }), 'blkiotune')).toEqual([
      '<blkiotune>',
      '<weight>800</weight>',
      '<device>',
      '<path>/dev/sda</path>',
      '<weight>500</weight>',
      '<read_iops_sec>2</read_iops_sec>',
      '<write_iops_sec>3</write_iops_sec>',
      '<read_bytes_sec>4</read_bytes_sec>',
      '<write_bytes_sec>5</write_bytes_sec>',
      '</device>',
      '<device>',
      '<path>/dev/sdb</path>',
      '<weight>1</weight>',
      '</device>',
      '</blkiotune>',
    ]);
  });

  it('takes 0 as absent, and leaves out devices without a limit, as libvirt does', () => {
    const zero = '<weight>0</weight><read_iops_sec>0</read_iops_sec><write_bytes_sec>0</write_bytes_sec>';
    expect(parsed(device(zero))).not.toHaveProperty('blkiotune');
    expect(checked(deviceWith({ weight: 0, readIopsSec: 0 }))).not.toHaveProperty('blkiotune');
    expect(parsed(inside('<weight>0</weight>'))).not.toHaveProperty('blkiotune');
  });

  it('takes the ends of the ranges', () => {
    for (const weight of [1, 10_000])
      expect(checked({ blkiotune: { weight } }).blkiotune).toEqual({ weight });
    const limits = { readIopsSec: 4_294_967_295, writeBytesSec: Number.MAX_SAFE_INTEGER };
    expect(checked(deviceWith(limits)).blkiotune?.devices).toEqual([{ path: '/dev/sda', ...limits }]);
  });

  it.each<Refused>([
    [
      'a weight above the range',
      inside('<weight>10001</weight>'),
      { blkiotune: { weight: 10_001 } },
      /^INVALID_ARG <weight> '10001' of <blkiotune> must be in range \[1, 10000\]/,
    ],
    [
      "a device's weight above the range",
      device('<weight>10001</weight>'),
      deviceWith({ weight: 10_001 }),
      /^INVALID_ARG <weight> '10001' of device '\/dev\/sda'/,
    ],
    [
      'a device without path',
      inside('<device><weight>5</weight></device>'),
      { blkiotune: { devices: [{ weight: 5 }] } },
      /^XML_ERROR missing per-device path/,
    ],
    [
      'a relative path',
      device('', 'sda'),
      { blkiotune: { devices: [{ path: 'sda' }] } },
      /^XML_ERROR <path> of <device> in <blkiotune> 'sda' must be an absolute path/,
    ],
    [
      'the same path twice, even without limits',
      inside('<device><path>/a</path></device><device><path>/a</path></device>'),
      { blkiotune: { devices: [{ path: '/a' }, { path: '/a' }] } },
      /^CONFIG_UNSUPPORTED duplicate blkio device path '\/a'/,
    ],
    [
      'more operations than 32 bits hold',
      device('<write_iops_sec>4294967296</write_iops_sec>'),
      deviceWith({ writeIopsSec: 4_294_967_296 }),
      /^XML_ERROR <write_iops_sec> '4294967296' must be at most 4294967295/,
    ],
    [
      'more bytes than a number holds',
      device('<read_bytes_sec>9007199254740992</read_bytes_sec>'),
      deviceWith({ readBytesSec: 2 ** 53 }),
      /^OVERFLOW /,
    ],
    [
      'a weight that is no number',
      inside('<weight>x</weight>'),
      { blkiotune: { weight: 'x' } },
      /^(XML_ERROR|INVALID_ARG) .*weight/,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });
});
