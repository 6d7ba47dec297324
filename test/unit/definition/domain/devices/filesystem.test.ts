import { checkDomainDefinition, parseDomain } from '../../../../../lib/definition/domain/index.js';
import { devicesXml, parseDevice, roundTrip } from '../../devices.js';
import { MINIMAL } from '../../documents.js';
import { describeFailure } from '../../failure.js';

const typed = (filesystem: object): object => ({ ...MINIMAL, devices: { filesystems: [filesystem] } });

describe('<filesystem>', () => {
  it.each([
    ['mount', "<source dir='/a'/>"],
    ['block', "<source dev='/dev/sda1'/>"],
    ['file', "<source file='/a.img'/>"],
    ['template', "<source name='small'/>"],
    ['ram', "<source usage='1024' units='KiB'/>"],
    ['bind', "<source dir='/a'/>"],
    ['volume', "<source pool='default' volume='one'/>"],
  ])('of type %s is printed with its source', (type, source) => {
    const printed = [
      `<filesystem type='${type}' accessmode='passthrough'>`,
      `  ${source}`,
      "  <target dir='/b'/>",
      '</filesystem>',
    ].join('\n');
    expect(roundTrip(`<filesystem type='${type}'>${source}<target dir='/b'/></filesystem>`)).toBe(printed);
  });

  it('keeps the types of its source apart', () => {
    const read = (attributes: string, source: string): unknown =>
      parseDevice(`<filesystem ${attributes}>${source}<target dir='/b'/></filesystem>`).devices
        ?.filesystems?.[0];
    expect(read('', "<source dir='/a'/>")).toEqual({ type: 'mount', source: '/a', target: '/b' });
    expect(read("type='volume'", "<source pool='p' volume='v'/>")).toEqual({
      type: 'volume',
      pool: 'p',
      volume: 'v',
      target: '/b',
    });
    expect(read("type='ram'", "<source usage='1' units='MiB'/>")).toEqual({
      type: 'ram',
      usageKiB: 1024,
      target: '/b',
    });
  });

  it('prints everything in the order of libvirt', () => {
    const printed = [
      "<filesystem type='mount' accessmode='mapped' model='virtio' multidevs='remap' fmode='0644' dmode='0755'>",
      "  <driver type='virtiofs' format='raw' wrpolicy='immediate' queue='1024' iommu='on' ats='off' packed='on' page_per_vq='on'/>",
      "  <binary path='/bin/virtiofsd' xattr='on'>",
      "    <cache mode='always'/>",
      "    <sandbox mode='chroot'/>",
      "    <lock posix='on' flock='off'/>",
      "    <thread_pool size='16'/>",
      '  </binary>',
      "  <source dir='/a'/>",
      "  <target dir='/b'/>",
      '  <readonly/>',
      "  <boot order='2' loadparm='A.1'/>",
      "  <alias name='ua-data'/>",
      "  <acpi index='3'/>",
      "  <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>",
      "  <space_hard_limit unit='bytes'>1048576</space_hard_limit>",
      "  <space_soft_limit unit='bytes'>1000</space_soft_limit>",
      '</filesystem>',
    ].join('\n');
    expect(roundTrip(printed)).toBe(printed);
  });

  it.each([
    ['an unknown live alias', "<alias name='fs0'/>"],
    ['the policies called default', "<driver type='default' wrpolicy='default'/>"],
    ['an empty driver', '<driver/>'],
    ['a format without a type', "<driver format='raw'/>"],
    ['a binary without virtiofs', "<binary path='/x'><cache mode='none'/></binary>"],
    [
      'limits of 0',
      "<space_hard_limit>0</space_hard_limit><space_soft_limit unit='GiB'>0</space_soft_limit>",
    ],
  ])('leaves out %s, as libvirt', (_, part) => {
    const plain = "<source dir='/a'/><target dir='/b'/>";
    expect(roundTrip(`<filesystem>${plain}${part}</filesystem>`)).toBe(
      roundTrip(`<filesystem>${plain}</filesystem>`),
    );
  });

  it('counts limits in bytes, with any unit', () => {
    const [filesystem] =
      parseDevice(
        "<filesystem><source dir='/a'/><target dir='/b'/><space_hard_limit unit='MiB'>2</space_hard_limit>" +
          '<space_soft_limit>5</space_soft_limit></filesystem>',
      ).devices?.filesystems ?? [];
    expect(filesystem).toMatchObject({ spaceHardLimitBytes: 2_097_152, spaceSoftLimitBytes: 5 });
  });

  it.each([
    ["type='block'", '', { type: 'block' }, /^NO_SOURCE missing source of .*'\/b': <source dev='...'\/>/],
    ["type='file'", '', { type: 'file', source: '' }, /^NO_SOURCE .*<source file='...'\/>/],
    ["type='template'", "<source name=''/>", { type: 'template' }, /^NO_SOURCE .*<source name='...'\/>/],
    ["type='volume'", '', { type: 'volume' }, /^NO_SOURCE .*pool/],
    [
      "type='volume'",
      "<source pool='p'/>",
      { type: 'volume', pool: 'p' },
      /^XML_ERROR 'pool' and 'volume' must be specified together/,
    ],
    ["type='file'", "<source file='a'/>", { type: 'file', source: 'a' }, /^XML_ERROR .*absolute path/],
    [
      "fmode='1000'",
      "<source dir='/a'/>",
      { type: 'mount', source: '/a', fmode: 0o1000 },
      /^XML_ERROR invalid fmode of <filesystem>: '01000' must be octal, up to 0777/,
    ],
    [
      '',
      "<source dir='/a'/><driver type='loop' format='x'/>",
      { type: 'mount', source: '/a', driver: { type: 'loop', format: 'x' } },
      /^CONFIG_UNSUPPORTED unknown driver format value 'x'/,
    ],
    [
      '',
      "<source dir='/a'/><driver type='x'/>",
      { type: 'mount', source: '/a', driver: { type: 'x' } },
      /^XML_ERROR unknown value for .*type/,
    ],
    [
      "multidevs='x'",
      "<source dir='/a'/>",
      { type: 'mount', source: '/a', multidevs: 'x' },
      /^XML_ERROR unknown value for .*multidevs/,
    ],
    [
      "model='x'",
      "<source dir='/a'/>",
      { type: 'mount', source: '/a', model: 'x' },
      /^XML_ERROR unknown value for .*model/,
    ],
    [
      '',
      "<source dir='/a'/><boot order='1'/>",
      { type: 'mount', source: '/a', boot: { order: 1 } },
      /^XML_ERROR .*boot order is only supported for virtiofs/,
    ],
    [
      '',
      "<source dir='/a'/><driver type='virtiofs'/><boot order='0'/>",
      { type: 'mount', source: '/a', driver: { type: 'virtiofs' }, boot: { order: 0 } },
      /^XML_ERROR invalid value '0' for attribute 'order' of <boot>/,
    ],
    [
      '',
      "<source dir='/a'/><driver type='virtiofs'/><boot order='1' loadparm='a/b'/>",
      { type: 'mount', source: '/a', driver: { type: 'virtiofs' }, boot: { order: 1, loadparm: 'A/B' } },
      /^INTERNAL_ERROR <boot loadparm='A\/B'>/,
    ],
  ])('%s %s is refused in both forms', (attributes, inside, value, expected) => {
    const xml = devicesXml(`<filesystem ${attributes}>${inside}<target dir='/b'/></filesystem>`);
    expect(describeFailure(() => parseDomain(xml))).toMatch(expected);
    expect(describeFailure(() => checkDomainDefinition(typed({ target: '/b', ...value })))).toMatch(expected);
  });

  it.each([
    ["fmode='9'", '', /^XML_ERROR invalid fmode of <filesystem>: '9'/],
    ['', '<address/>', /^XML_ERROR missing attribute 'type' of <address>/],
    ['', "<address type='x'/>", /^XML_ERROR unknown value for .*type/],
    ['', "<space_hard_limit unit='x'>1</space_hard_limit>", /^XML_ERROR .*unknown unit 'x'/],
    ['', '<space_hard_limit>-1</space_hard_limit>', /^XML_ERROR .*not an unsigned number/],
    ['', "<space_hard_limit unit='EiB'>9</space_hard_limit>", /^OVERFLOW /],
  ])('%s %s is refused in XML', (attributes, inside, expected) => {
    const xml = devicesXml(
      `<filesystem ${attributes}><source dir='/a'/><target dir='/b'/>${inside}</filesystem>`,
    );
    expect(describeFailure(() => parseDomain(xml))).toMatch(expected);
  });

  it('of a socket is refused with CONFIG_UNSUPPORTED', () => {
    const xml = devicesXml("<filesystem><source socket='/s'/><target dir='/b'/></filesystem>");
    expect(describeFailure(() => parseDomain(xml))).toMatch(/^CONFIG_UNSUPPORTED attribute 'socket'/);
  });

  it.each([
    [{ driver: { format: 'raw' } }, /^XML_ERROR attribute 'type' of <driver>/],
    [{ driver: { type: 'loop', queue: 5 } }, /^XML_ERROR attribute 'queue' of <driver>/],
    [{ binary: { path: '/x' } }, /^XML_ERROR <binary> in <filesystem> needs/],
    [{ alias: 'fs0' }, /^XML_ERROR <alias name='fs0'>/],
    [{ usageKiB: 5 }, /^INVALID_ARG unknown property 'usageKiB'/],
    [{ address: { type: 'pci', attributes: { x: '1' } } }, /^INVALID_ARG unknown property 'x'/],
  ])('typed with %j is refused: it would be lost in XML', (part, expected) => {
    const value = typed({ type: 'mount', source: '/a', target: '/b', ...part });
    expect(describeFailure(() => checkDomainDefinition(value))).toMatch(expected);
  });
});
