import { checkDomainDefinition, parseDomain } from '../../../../../lib/definition/domain/index.js';
import { devicesXml, parseDevice, roundTrip } from '../../devices.js';
import { MINIMAL } from '../../documents.js';
import { describeFailure } from '../../failure.js';

const typed = (...hostdevs: object[]): object => ({ ...MINIMAL, devices: { hostdevs } });
const usb = (source: string): string => `<hostdev mode='subsystem' type='usb'>${source}</hostdev>`;
const capability = (type: string, source: string, more = ''): string =>
  `<hostdev mode='capabilities' type='${type}'><source>${source}</source>${more}</hostdev>`;

describe('<hostdev>', () => {
  it('of the capabilities is printed as it was', () => {
    const printed = [
      "<hostdev mode='capabilities' type='storage'>",
      '  <source>',
      '    <block>/dev/sdf1</block>',
      '  </source>',
      '</hostdev>',
      "<hostdev mode='capabilities' type='misc'>",
      '  <source>',
      '    <char>/dev/tty0</char>',
      '  </source>',
      '</hostdev>',
      "<hostdev mode='capabilities' type='net'>",
      '  <source>',
      '    <interface>eth0</interface>',
      '  </source>',
      "  <ip address='192.168.122.2' family='ipv4'/>",
      "  <ip address='2003:db8:1:0:214:1234:fe0b:3596' family='ipv6' prefix='24'/>",
      "  <route address='0.0.0.0' gateway='192.168.122.1'/>",
      "  <alias name='ua-net'/>",
      '</hostdev>',
    ].join('\n');
    expect(roundTrip(printed)).toBe(printed);
  });

  it('of usb is printed with hexadecimal ids and a decimal place', () => {
    const given = usb(
      "<source startupPolicy='optional' guestReset='off'><product id='0xBEEF'/><vendor id='4660'/><address bus='0x1f' device='012'/></source>",
    );
    expect(roundTrip(given)).toBe(
      [
        "<hostdev mode='subsystem' type='usb' managed='no'>",
        "  <source startupPolicy='optional' guestReset='off'>",
        "    <vendor id='0x1234'/>",
        "    <product id='0xbeef'/>",
        "    <address bus='31' device='10'/>",
        '  </source>',
        '</hostdev>',
      ].join('\n'),
    );
    expect(parseDevice(given).devices?.hostdevs).toEqual([
      {
        mode: 'subsystem',
        type: 'usb',
        vendorId: 0x1234,
        productId: 0xbeef,
        usbAddress: { bus: 31, device: 10 },
        startupPolicy: 'optional',
        guestReset: 'off',
      },
    ]);
  });

  it('of the subsystem is the default mode, and managed when told', () => {
    const printed = roundTrip(
      "<hostdev type='usb' managed='yes'><source><address bus='1' device='2'/></source></hostdev>",
    );
    expect(printed).toContain("<hostdev mode='subsystem' type='usb' managed='yes'>");
  });

  it.each(['pci', 'scsi', 'scsi_host', 'mdev'])('of type %s is refused in both forms', (type) => {
    const expected = `CONFIG_UNSUPPORTED <hostdev>: Unsupported host device type '${type}'`;
    const xml = devicesXml(`<hostdev type='${type}'><source/></hostdev>`);
    expect(describeFailure(() => parseDomain(xml))).toBe(expected);
    expect(describeFailure(() => checkDomainDefinition(typed({ mode: 'subsystem', type })))).toBe(expected);
  });

  it.each([
    ['<hostdev/>', /^XML_ERROR missing attribute 'type' of <hostdev>/],
    ["<hostdev type='x'/>", /^XML_ERROR unknown value .* 'x': must be usb, pci, scsi, scsi_host or mdev/],
    ["<hostdev mode='x' type='usb'/>", /^XML_ERROR unknown value for .*mode/],
    ["<hostdev mode='capabilities' type='usb'/>", /^XML_ERROR unknown value .* must be storage, misc or net/],
    ["<hostdev type='usb'/>", /^XML_ERROR Missing <source> element in <hostdev type='usb'>/],
    [usb('<source/>'), /^XML_ERROR <hostdev type='usb'>: <vendor> and <product>, or <address>, are required/],
    [usb("<source><vendor id='1'/></source>"), /^INTERNAL_ERROR .*missing product/],
    [usb("<source><product id='1'/></source>"), /^INTERNAL_ERROR .*missing vendor/],
    [usb("<source><vendor id='0'/><product id='1'/></source>"), /^XML_ERROR .*vendor id must not be 0/],
    [usb("<source><vendor/><product id='1'/></source>"), /^XML_ERROR .*missing attribute 'id' of <vendor>/],
    [usb("<source><vendor id='z'/><product id='1'/></source>"), /^XML_ERROR .*is not a number: 'z'/],
    [usb("<source><vendor id='1'/><product id='0x10000'/></source>"), /^XML_ERROR .*larger than 0xffff/],
    [usb("<source><address bus='1'/></source>"), /^XML_ERROR .*missing attribute 'device' of <address>/],
    [usb("<source><address bus='0' device='1'/></source>"), /^XML_ERROR .*must be from 1 to 4095/],
    [usb("<source startupPolicy='x'><address bus='1' device='1'/></source>"), /^XML_ERROR unknown value/],
    [
      "<hostdev mode='capabilities' type='net'/>",
      /^XML_ERROR Missing <source> element in <hostdev type='net'>/,
    ],
    [capability('storage', ''), /^XML_ERROR Missing <block> element/],
    [capability('misc', '<block>/dev/a</block>'), /^XML_ERROR Missing <char> element/],
    [capability('net', '<interface/>'), /^XML_ERROR Missing <interface> element/],
    [capability('storage', '<block>sda</block>'), /^XML_ERROR <block> of <hostdev .*absolute path/],
    [capability('storage', '<block>/dev/../etc</block>'), /^XML_ERROR .*must not contain '\.\.'/],
    [
      capability('net', '<interface>a/b</interface>'),
      /^XML_ERROR <interface> of <hostdev type='net'> 'a\/b' is not the name/,
    ],
    [capability('net', '<interface>a23456789.123456</interface>'), /^XML_ERROR .*up to 15 bytes/],
    [capability('net', '<interface>a</interface>', "<ip address='x'/>"), /^XML_ERROR Invalid address 'x'/],
    [
      capability('net', '<interface>a</interface>', '<route/>'),
      /^XML_ERROR <route>: Missing required address/,
    ],
  ])('%s is refused', (xml, expected) => {
    expect(describeFailure(() => parseDomain(devicesXml(xml)))).toMatch(expected);
  });

  it.each([
    [capability('storage', '<block>/dev/a</block>'), capability('storage', '<block>/dev/a</block>')],
    [capability('misc', '<char>/dev/a</char>'), capability('misc', '<char>/dev/a</char>')],
    [capability('net', '<interface>a</interface>'), capability('net', '<interface>a</interface>')],
    [
      usb("<source><address bus='1' device='2'/></source>"),
      usb("<source><address bus='1' device='2'/></source>"),
    ],
    [
      usb("<source><vendor id='1'/><product id='2'/></source>"),
      usb("<source><vendor id='1'/><product id='2'/></source>"),
    ],
  ])('%s twice is refused', (one, other) => {
    expect(describeFailure(() => parseDomain(devicesXml(one + other)))).toMatch(
      /^XML_ERROR <hostdev type='\w+'>: device is already in the domain configuration/,
    );
  });

  it('may be two of one product at two places, and a node twice as block and char', () => {
    const at = (device: number): string =>
      usb(`<source><vendor id='1'/><product id='2'/><address bus='1' device='${device}'/></source>`);
    const xml =
      at(1) +
      at(2) +
      capability('storage', '<block>/dev/a</block>') +
      capability('misc', '<char>/dev/a</char>');
    expect(parseDevice(xml).devices?.hostdevs).toHaveLength(4);
  });

  it('typed is checked like XML', () => {
    const net = {
      mode: 'capabilities',
      type: 'net',
      interface: 'eth0',
      ips: [{ address: '10.0.0.1' }],
    } as const;
    expect(checkDomainDefinition(typed(net)).devices?.hostdevs).toEqual([
      { ...net, ips: [{ address: '10.0.0.1', family: 'ipv4' }] },
    ]);
    expect(describeFailure(() => checkDomainDefinition(typed({ ...net, char: '/dev/a' })))).toMatch(
      /^INVALID_ARG unknown property 'char'/,
    );
    expect(describeFailure(() => checkDomainDefinition(typed({ type: 'usb' })))).toMatch(
      /^INVALID_ARG .*mode is missing/,
    );
  });
});
