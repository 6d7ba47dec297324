import fc from 'fast-check';
import { formatDomain, completeDomain } from '../../../../lib/definition/domain/index.js';
import { domainFromNative, domainToNative } from '../../../../lib/definition/native/index.js';
import { importLxcTools } from '../../../../lib/definition/native/lxc-tools/import.js';
import { VirtError } from '../../../../lib/errors.js';
import { checkOciConfig } from './oci-schema.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64'], emulator: '/usr/libexec/libvirt_lxc' };
const REQUIRED = 'lxc.uts.name = web\nlxc.rootfs.path = /srv/web\n';
const KEYS = [
  'lxc.arch',
  'lxc.tty.max',
  'lxc.rootfs.options',
  'lxc.mount.entry',
  'lxc.idmap',
  'lxc.cap.drop',
  'lxc.cap.keep',
  'lxc.init.cmd',
  'lxc.init.uid',
  'lxc.init.cwd',
  'lxc.environment',
  'lxc.prlimit.nofile',
  'lxc.cgroup.memory.limit_in_bytes',
  'lxc.cgroup.blkio.device_weight',
  'lxc.cgroup2.io.max',
  'lxc.cgroup2.io.weight',
  'lxc.cgroup2.cpu.max',
  'lxc.cgroup2.cpuset.cpus',
  'lxc.net.0.type',
  'lxc.net.0.link',
  'lxc.net.0.hwaddr',
  'lxc.net.0.ipv4.address',
  'lxc.net.0.ipv6.gateway',
  'lxc.net.0.mtu',
  'lxc.network.type',
  'lxc.network.name',
];
const WORDS = [
  'u',
  'g',
  '0',
  '1',
  '-1',
  '1000',
  '8:0',
  'max',
  'veth',
  'phys',
  'none',
  '/a',
  'a',
  'ro',
  'size=1k',
  '"',
  '\\040',
  '10.0.0.1/24',
  '::1',
  '%',
  '=',
  ',',
  '..',
];
const value = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary' }),
);
const line = fc.oneof(
  fc.tuple(fc.constantFrom(...KEYS), value).map(([key, text]) => `${key} = ${text}`),
  fc.string({ unit: 'binary' }),
);

/** Refused with our error, or a definition that can be printed. */
function convert(text: string): void {
  try {
    const { definition } = importLxcTools(text);
    formatDomain(completeDomain(definition, HOST));
    domainToNative('lxc-tools', definition);
    checkOciConfig(domainToNative('oci', definition).config, {
      hasRoot: definition.devices?.filesystems?.[0]?.type === 'mount',
    });
  } catch (error) {
    if (!(error instanceof VirtError)) throw error;
  }
}

describe('hostile configurations', () => {
  test('any text is converted or refused with our error', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        convert(`${REQUIRED}${lines.join('\n')}`);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a long line', `lxc.environment = A=${'a'.repeat(500_000)}`],
    ['a long key', `lxc.${'a'.repeat(500_000)} = b`],
    ['a long command', `lxc.init.cmd = ${'"a '.repeat(100_000)}`],
    ['many quotes', `lxc.init.cmd = /a ${`"'`.repeat(200_000)}`],
    ['many blanks', `lxc.init.cmd${' '.repeat(500_000)}= a${' '.repeat(500_000)}b`],
    ['many mounts', 'lxc.mount.entry = /a a none bind\n'.repeat(25_000)],
    ['many interfaces', 'lxc.network.type = veth\n'.repeat(40_000)],
    ['many lines of nothing', 'a=\n'.repeat(300_000)],
    [
      'many devices',
      Array.from({ length: 20_000 }, (_, index) => `lxc.cgroup2.io.weight = 8:${index} 1\n`).join(''),
    ],
  ])('%s is converted or refused with our error', (_, text) => {
    convert(`${REQUIRED}${text}`);
  });

  test('a key that means something to objects is a key like others', () => {
    const { unmapped } = domainFromNative('lxc-tools', `${REQUIRED}constructor = 1\nlxc.net.0.toString = 2`);
    expect(unmapped.map(({ key }) => key)).toEqual(['constructor', 'lxc.net.0.toString']);
  });

  test('what an export writes is one line each, whatever is in the definition', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(...Array.from('a \t\n\r"\'\\#=\u0085\u009f\u00a0\u2028\ufeff')),
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), text, (initargs, data) => {
        const os = {
          type: 'exe',
          init: '/sbin/init',
          initargs,
          initenv: [{ name: 'A', value: data }],
        } as const;
        const definition = { type: 'lxc', name: 'web', memoryKiB: 1024, os } as const;
        let config: string;
        try {
          ({ config } = domainToNative('lxc-tools', definition));
        } catch (error) {
          expect(error).toBeInstanceOf(VirtError);
          return;
        }
        const { definition: read, unmapped } = importLxcTools(`lxc.rootfs.path = /\n${config}`);
        expect(unmapped).toEqual([]);
        if (config.includes('lxc.environment')) expect(read.os.initenv).toEqual([{ name: 'A', value: data }]);
        else expect(data).toMatch(/[\r\n]/u);
        if (config.includes('lxc.init.cmd')) expect(read.os.initargs ?? []).toEqual(initargs);
      }),
      { numRuns: 500 },
    );
  });
});
