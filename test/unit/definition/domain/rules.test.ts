import {
  checkDomainDefinition,
  completeDomain,
  parseDomain,
  validateDomain,
  type CompleteDomain,
  type DomainDefinition,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const devices = (inside: string): string => domainXml({ rest: `<devices>${inside}</devices>` });
const filesystem = (attributes: string, inside: string): string =>
  devices(`<filesystem ${attributes}>${inside}</filesystem>`);
const os = (inside: string): string =>
  domainXml({ os: `<os><type>exe</type><init>/bin/sh</init>${inside}</os>` });
const osWith = (part: object): object => ({ ...MINIMAL, os: { ...MINIMAL.os, ...part } });
const fsWith = (part: object): object => ({
  ...MINIMAL,
  devices: { filesystems: [{ type: 'mount', source: '/a', target: '/b', ...part }] },
});

/** The same mistake in both forms, and the one answer to it. */
const BOTH: readonly [string, string, object, RegExp][] = [
  [
    'no type',
    domainXml({ attributes: '' }),
    { ...MINIMAL, type: undefined },
    /^INTERNAL_ERROR missing domain type attribute/,
  ],
  [
    'another type',
    domainXml({ attributes: "type='kvm'" }),
    { ...MINIMAL, type: 'kvm' },
    /^CONFIG_UNSUPPORTED unknown domain type 'kvm'/,
  ],
  ['no name', domainXml({ name: '' }), { ...MINIMAL, name: undefined }, /^NO_NAME /],
  ['an empty name', domainXml({ name: '<name/>' }), { ...MINIMAL, name: '' }, /^NO_NAME /],
  ...[
    'a/b',
    '../x',
    '.',
    '..',
    '.hidden',
    'a\nb',
    'a\tb',
    'a\u202eb',
    'a\u2028b',
    '   ',
    'é'.repeat(101),
  ].map((name): [string, string, object, RegExp] => [
    `the name ${JSON.stringify(name)}`,
    domainXml({ name: `<name>${name}</name>` }),
    { ...MINIMAL, name },
    /^XML_ERROR name .* cannot /,
  ]),
  [
    'a malformed uuid',
    domainXml({ rest: '<uuid>xyz</uuid>' }),
    { ...MINIMAL, uuid: 'xyz' },
    /^INTERNAL_ERROR malformed uuid element: 'xyz'/,
  ],
  [
    'a uuid in braces',
    domainXml({ rest: '<uuid>{8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01}</uuid>' }),
    { ...MINIMAL, uuid: '{8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01}' },
    /^INTERNAL_ERROR malformed/,
  ],
  [
    'the nil uuid',
    domainXml({ rest: `<uuid>${'0'.repeat(32)}</uuid>` }),
    { ...MINIMAL, uuid: '0'.repeat(32) },
    /^XML_ERROR <uuid>/,
  ],
  [
    'a title of two lines',
    domainXml({ rest: '<title>a\nb</title>' }),
    { ...MINIMAL, title: 'a\nb' },
    /^XML_ERROR Domain title can't contain newlines/,
  ],
  [
    'no memory',
    domainXml({ memory: '' }),
    { ...MINIMAL, memoryKiB: undefined },
    /^XML_ERROR Memory size must be specified via <memory>/,
  ],
  [
    'no memory at all',
    domainXml({ memory: '<memory>0</memory>' }),
    { ...MINIMAL, memoryKiB: 0 },
    /^XML_ERROR Memory size must be specified/,
  ],
  [
    'too much memory',
    domainXml({ memory: "<memory unit='EiB'>8</memory>" }),
    { ...MINIMAL, memoryKiB: 2 ** 53 },
    /^OVERFLOW /,
  ],
  [
    'vcpu 0',
    domainXml({ rest: '<vcpu>0</vcpu>' }),
    { ...MINIMAL, vcpus: 0 },
    /^XML_ERROR <vcpu> '0' must be between 1 and 16384/,
  ],
  [
    'vcpu 16385',
    domainXml({ rest: '<vcpu>16385</vcpu>' }),
    { ...MINIMAL, vcpus: 16385 },
    /^XML_ERROR <vcpu>/,
  ],
  [
    'a relative partition',
    domainXml({ rest: '<resource><partition>a</partition></resource>' }),
    { ...MINIMAL, resource: { partition: 'a' } },
    /^CONFIG_UNSUPPORTED Resource partition 'a' must start with '\/'/,
  ],
  [
    'a climbing partition',
    domainXml({ rest: '<resource><partition>/a/../..</partition></resource>' }),
    { ...MINIMAL, resource: { partition: '/a/../..' } },
    /^CONFIG_UNSUPPORTED .*'\.\.'/,
  ],
  [
    'no os',
    domainXml({ os: '' }),
    { ...MINIMAL, os: undefined },
    /^XML_ERROR an os <type> must be specified/,
  ],
  [
    'no os type',
    domainXml({ os: '<os><init>/a</init></os>' }),
    osWith({ type: undefined }),
    /^XML_ERROR an os <type> must be specified/,
  ],
  [
    'an os type of other drivers',
    domainXml({ os: '<os><type>hvm</type></os>' }),
    osWith({ type: 'hvm' }),
    /^INVALID_ARG could not find capabilities for ostype=hvm/,
  ],
  [
    'an unknown os type',
    domainXml({ os: '<os><type>x</type></os>' }),
    osWith({ type: 'x' }),
    /^XML_ERROR unknown OS type 'x'/,
  ],
  [
    'an unknown architecture',
    domainXml({ os: "<os><type arch='pdp11'>exe</type><init>/a</init></os>" }),
    osWith({ arch: 'pdp11' }),
    /^CONFIG_UNSUPPORTED unknown architecture 'pdp11'/,
  ],
  [
    'no init',
    domainXml({ os: '<os><type>exe</type></os>' }),
    osWith({ init: '' }),
    /^XML_ERROR init binary must be specified/,
  ],
  [
    'a relative init',
    domainXml({ os: '<os><type>exe</type><init>sh</init></os>' }),
    osWith({ init: 'sh' }),
    /^XML_ERROR <init> 'sh' must be an absolute path/,
  ],
  [
    'an empty initarg',
    os('<initarg/>'),
    osWith({ initargs: [''] }),
    /^XML_ERROR No data supplied for <initarg> element/,
  ],
  [
    'an initenv without name',
    os('<initenv>x</initenv>'),
    osWith({ initenv: [{ value: 'x' }] }),
    /^XML_ERROR No name supplied for <initenv> element/,
  ],
  [
    'an initenv without value',
    os("<initenv name='A'/>"),
    osWith({ initenv: [{ name: 'A', value: '' }] }),
    /^XML_ERROR No value supplied for <initenv name='A'> element/,
  ],
  ...['=A', 'A=B', '1A', 'A B', 'A\u0301', 'Ä'].map((name): [string, string, object, RegExp] => [
    `the variable ${JSON.stringify(name)}`,
    os(`<initenv name='${name}'>x</initenv>`),
    osWith({ initenv: [{ name, value: 'x' }] }),
    /^XML_ERROR <initenv name='/,
  ]),
  [
    'a relative initdir',
    os('<initdir>a</initdir>'),
    osWith({ initdir: 'a' }),
    /^XML_ERROR <initdir> 'a' must be/,
  ],
  [
    'an odd inituser',
    os('<inituser>a:b</inituser>'),
    osWith({ inituser: 'a:b' }),
    /^XML_ERROR <inituser> 'a:b'/,
  ],
  [
    'an odd initgroup',
    os('<initgroup>a b</initgroup>'),
    osWith({ initgroup: 'a b' }),
    /^XML_ERROR <initgroup> 'a b'/,
  ],
  [
    'an unknown capability',
    domainXml({ rest: '<features><capabilities><fly/></capabilities></features>' }),
    { ...MINIMAL, features: { capabilities: { policy: 'allow', states: { fly: 'on' } } } },
    /^CONFIG_UNSUPPORTED unexpected capability feature 'fly'/,
  ],
  [
    'a capability named like a prototype',
    domainXml({ rest: '<features><capabilities><__proto__/></capabilities></features>' }),
    {
      ...MINIMAL,
      features: { capabilities: { policy: 'allow', states: JSON.parse('{"__proto__":"on"}') as object } },
    },
    /^CONFIG_UNSUPPORTED unexpected capability feature '__proto__'/,
  ],
  [
    'an unknown policy',
    domainXml({ rest: "<features><capabilities policy='x'/></features>" }),
    { ...MINIMAL, features: { capabilities: { policy: 'x' } } },
    /^XML_ERROR unknown value for .*policy.* 'x': must be default, allow or deny/,
  ],
  [
    'an unknown state',
    domainXml({ rest: "<features><capabilities><kill state='x'/></capabilities></features>" }),
    { ...MINIMAL, features: { capabilities: { policy: 'deny', states: { kill: 'x' } } } },
    /^XML_ERROR unknown value for .* 'x': must be on or off/,
  ],
  [
    'an unknown clock',
    domainXml({ rest: "<clock offset='x'/>" }),
    { ...MINIMAL, clock: { offset: 'x' } },
    /^CONFIG_UNSUPPORTED unknown clock offset 'x': must be one of utc, localtime, variable/,
  ],
  [
    'an unknown action',
    domainXml({ rest: '<on_reboot>x</on_reboot>' }),
    { ...MINIMAL, onReboot: 'x' },
    /^XML_ERROR unknown value for .*(on_reboot|onReboot).* 'x'/,
  ],
  [
    'a crash action elsewhere',
    domainXml({ rest: '<on_poweroff>coredump-destroy</on_poweroff>' }),
    { ...MINIMAL, onPoweroff: 'coredump-destroy' },
    /^XML_ERROR unknown value/,
  ],
  [
    'no target',
    filesystem('', "<source dir='/a'/>"),
    fsWith({ target: undefined }),
    /^NO_TARGET missing target of <filesystem>/,
  ],
  [
    'a relative target',
    filesystem('', "<source dir='/a'/><target dir='b'/>"),
    fsWith({ target: 'b' }),
    /^XML_ERROR <filesystem> target 'b' must be an absolute path/,
  ],
  [
    'a climbing target',
    filesystem('', "<source dir='/a'/><target dir='/b/../c'/>"),
    fsWith({ target: '/b/../c' }),
    /^XML_ERROR <filesystem> target .*'\.\.'/,
  ],
  [
    'no source',
    filesystem('', "<target dir='/b'/>"),
    fsWith({ source: undefined }),
    /^NO_SOURCE missing source of <filesystem> with target '\/b'/,
  ],
  [
    'a relative source',
    filesystem('', "<source dir='a'/><target dir='/b'/>"),
    fsWith({ source: 'a' }),
    /^XML_ERROR <filesystem> target '\/b': source 'a'/,
  ],
  [
    'a long path',
    filesystem('', `<source dir='/${'a/'.repeat(2100)}'/><target dir='/b'/>`),
    fsWith({ source: `/${'a/'.repeat(2100)}` }),
    /^XML_ERROR .*longer than 4095 bytes/,
  ],
  [
    'a long component',
    filesystem('', `<source dir='/${'a'.repeat(256)}'/><target dir='/b'/>`),
    fsWith({ source: `/${'a'.repeat(256)}` }),
    /^XML_ERROR .*component longer than 255 bytes/,
  ],
  [
    'ram without usage',
    filesystem("type='ram'", "<target dir='/b'/>"),
    fsWith({ type: 'ram', source: undefined }),
    /^XML_ERROR missing 'usage' attribute of <source> in <filesystem type='ram'>/,
  ],
  [
    'an unknown filesystem type',
    filesystem("type='x'", ''),
    fsWith({ type: 'x' }),
    /^XML_ERROR unknown value for .*type.* 'x': must be mount, block, file, template, ram, bind or volume/,
  ],
  [
    'an unknown accessmode',
    filesystem("accessmode='x'", "<source dir='/a'/><target dir='/b'/>"),
    fsWith({ accessmode: 'x' }),
    /^XML_ERROR unknown value for .*accessmode.* 'x'/,
  ],
  [
    'another console',
    devices("<console type='tcp'/>"),
    { ...MINIMAL, devices: { consoles: [{ type: 'tcp' }] } },
    /^CONFIG_UNSUPPORTED <console type='tcp'>.*Only PTY console types are supported/,
  ],
  [
    'a relative emulator',
    devices('<emulator>a</emulator>'),
    { ...MINIMAL, devices: { emulator: 'a' } },
    /^XML_ERROR <emulator> 'a'/,
  ],
];

describe('both forms of a definition', () => {
  it.each(BOTH)('refuse %s alike', (_, xml, typed, expected) => {
    const fromXml = describeFailure(() => parseDomain(xml));
    const fromObject = describeFailure(() => checkDomainDefinition(typed));
    expect(fromXml).toMatch(expected);
    expect(fromObject).toMatch(expected);
  });

  it('refuse NUL wherever a path, an argument or a variable holds it', () => {
    const at = [
      osWith({ init: '/a\0' }),
      osWith({ initargs: ['\0'] }),
      osWith({ initenv: [{ name: 'A', value: '\0' }] }),
      osWith({ initenv: [{ name: 'A\0', value: 'a' }] }),
      osWith({ inituser: '\0' }),
      fsWith({ source: '/\0' }),
      fsWith({ target: '/\0' }),
    ];
    for (const typed of at) {
      expect(describeFailure(() => checkDomainDefinition(typed))).toMatch(
        /^XML_ERROR domain\..*NUL character/,
      );
    }
  });
});

describe('validateDomain()', () => {
  const verdict = (definition: CompleteDomain): string =>
    describeFailure(() => {
      validateDomain(definition, HOST);
    });
  const complete = (definition: DomainDefinition): CompleteDomain => completeDomain(definition, HOST);

  it('takes what the host runs, and refuses other architectures with INVALID_ARG', () => {
    const i686 = complete({ ...MINIMAL, os: { ...MINIMAL.os, arch: 'i686' } });
    expect(() => {
      validateDomain(i686, HOST);
    }).not.toThrow();
    const arm = complete({ ...MINIMAL, os: { ...MINIMAL.os, arch: 'aarch64' } });
    expect(verdict(arm)).toBe("INVALID_ARG could not find capabilities for arch='aarch64' domaintype='lxc'");
  });

  it('refuses a definition that was not completed', () => {
    for (const key of ['uuid', 'vcpus', 'clock', 'onCrash', 'currentMemoryKiB', 'devices']) {
      const partial = { ...complete(MINIMAL), [key]: undefined };
      expect(verdict(partial)).toMatch(/^INVALID_ARG domain\..* is missing/);
    }
  });

  it('applies the rules again', () => {
    const changed = { ...complete(MINIMAL), name: 'a/b' };
    expect(verdict(changed)).toMatch(/^XML_ERROR name 'a\/b'/);
  });

  it('refuses what would not be read back', () => {
    const big = complete({
      ...MINIMAL,
      os: { ...MINIMAL.os, initargs: Array<string>(5).fill('&'.repeat(60_000)) },
    });
    expect(verdict(big)).toMatch(/^XML_ERROR definition does not fit/);
  });
});
