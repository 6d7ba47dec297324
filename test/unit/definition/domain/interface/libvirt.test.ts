import { RANDOM } from '../../../../../lib/definition/domain/generate.js';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  type Interface,
} from '../../../../../lib/definition/domain/index.js';
import { devicesXml, parseDevice, printedDevices, roundTrip } from '../../devices.js';
import { HOST, MINIMAL } from '../../documents.js';
import { describeFailure } from '../../failure.js';

const MAC = "<mac address='00:16:3e:0f:ef:8a'/>";
const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';
const GENERATE = { ...RANDOM, mac: () => '52:54:00:01:02:03', uuid: () => UUID };

const nic = (type: string, inside: string): string => `<interface type='${type}'>${MAC}${inside}</interface>`;
const bridge = (inside = ''): string => nic('bridge', `<source bridge='br0'/>${inside}`);
const network = (inside = ''): string => nic('network', `<source network='default'/>${inside}`);
const printed = (type: string, ...lines: string[]): string =>
  [`<interface type='${type}'>`, `  ${MAC}`, ...lines.map((line) => `  ${line}`), '</interface>'].join('\n');
const failure = (xml: string): string => describeFailure(() => parseDomain(devicesXml(xml)));
const typed = (...interfaces: object[]): object => ({ ...MINIMAL, devices: { interfaces } });
const completed = (xml: string): string =>
  printedDevices(completeDomain(parseDomain(devicesXml(xml)), HOST, GENERATE));

describe('<interface>', () => {
  it('is printed in the order of libvirt, whatever the order it was written in', () => {
    const lines = [
      "<source network='default' portgroup='engineering'/>",
      "<vlan trunk='yes'>",
      "  <tag id='42'/>",
      "  <tag id='123' nativeMode='untagged'/>",
      '</vlan>',
      "<virtualport type='openvswitch'>",
      `  <parameters interfaceid='${UUID}' profileid='menial'/>`,
      '</virtualport>',
      '<bandwidth>',
      "  <inbound average='1000' peak='5000' floor='200' burst='1024'/>",
      "  <outbound average='128' peak='256' burst='256'/>",
      '</bandwidth>',
      "<port isolated='no'/>",
      "<ip address='192.168.122.5' family='ipv4' prefix='24' peer='192.168.122.6'/>",
      "<ip address='2003:db8:1::1' family='ipv6' prefix='64'/>",
      "<route family='ipv4' address='192.168.124.0' prefix='24' gateway='192.168.124.1' metric='3'/>",
      "<script path='/etc/up'/>",
      "<downscript path='/etc/down'/>",
      "<backenddomain name='net'/>",
      "<target dev='web0'/>",
      "<guest dev='eth5'/>",
      "<model type='virtio'/>",
      "<driver name='vhost' txmode='iothread' queues='5'>",
      "  <host csum='off'/>",
      "  <guest ecn='off'/>",
      '</driver>',
      "<backend tap='/dev/net/tun' vhost='/dev/vhost-net'/>",
      "<filterref filter='clean-traffic'>",
      "  <parameter name='IP' value='10.0.0.1'/>",
      "  <parameter name='IP' value='10.0.0.2'/>",
      "  <parameter name='MAC' value='00:16:3e:0f:ef:8a'/>",
      '</filterref>',
      '<tune>',
      '  <sndbuf>1600</sndbuf>',
      '</tune>',
      "<teaming type='persistent'/>",
      "<link state='down'/>",
      "<mtu size='1450'/>",
      '<coalesce>',
      '  <rx>',
      "    <frames max='7'/>",
      '  </rx>',
      '</coalesce>',
      "<boot order='1'/>",
      "<alias name='ua-net'/>",
      "<rom bar='off' file='/rom'/>",
      "<acpi index='3'/>",
      "<address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>",
    ];
    const xml = printed('network', ...lines);
    expect(roundTrip(xml)).toBe(xml);
    const parts = lines.join('\n').split(/\n(?! |<\/)/u);
    expect(roundTrip(nic('network', parts.toReversed().join('\n')))).toBe(
      // Of addresses, the order means something.
      xml.replace(/( {2}<ip address='192.*\n)(.*\n)/u, '$2$1'),
    );
  });

  it.each<[string, string]>([
    ['bridge', "<source bridge='br0'/>"],
    ['network', "<source network='default' portgroup='a'/>"],
    ['direct', "<source dev='eth0' mode='passthrough'/>"],
    ['internal', "<source name='lan'/>"],
    ['server', "<source port='5558'/>"],
    ['client', "<source address='192.168.0.1' port='5558'/>"],
    ['mcast', "<source address='230.0.0.1' port='5558'/>"],
    ['vdpa', "<source dev='/dev/vhost-vdpa-0'/>"],
    ['vds', `<source switchid='${UUID}' portid='1' portgroupid='g' connectionid='2'/>`],
    ['udp', "<source address='127.0.0.1' port='1'>\n    <local address='127.0.0.1' port='2'/>\n  </source>"],
    [
      'hostdev',
      "<source>\n    <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0'/>\n  </source>",
    ],
    ['vhostuser', "<source type='unix' path='/a' mode='server'/>\n  <model type='virtio'/>"],
    ['user', "<source dev='eth0'/>\n  <backend type='passt'/>"],
  ])('of type %s is printed with its source', (type, source) => {
    expect(roundTrip(nic(type, source))).toBe(printed(type, source));
  });

  it.each(['ethernet', 'user', 'null'])('of type %s needs no source', (type) => {
    expect(roundTrip(nic(type, ''))).toBe(printed(type));
    expect(roundTrip(nic(type, '<source/>'))).toBe(printed(type));
  });

  it('without a type is one of user, whose source only passt uses', () => {
    expect(roundTrip(`<interface>${MAC}<source dev='eth0'/></interface>`)).toBe(printed('user'));
  });

  it('of type ethernet has the addresses of the host in its source', () => {
    const lines = [
      '<source>',
      "  <ip address='10.0.0.1' family='ipv4' prefix='24'/>",
      "  <route family='ipv4' address='10.1.0.0' prefix='16' gateway='10.0.0.2'/>",
      '</source>',
      "<ip address='10.0.0.3' family='ipv4'/>",
      "<target dev='vnet-own' managed='no'/>",
    ];
    expect(roundTrip(nic('ethernet', lines.join('')))).toBe(printed('ethernet', ...lines));
  });

  it('of type direct is vepa unless it says otherwise', () => {
    const source = "<source dev='eth0' mode='vepa'/>";
    expect(roundTrip(nic('direct', "<source dev='eth0'/>"))).toBe(printed('direct', source));
  });

  it('of type hostdev is printed with its driver before its source', () => {
    const lines = ["<driver name='vfio'/>", '<source>', "  <vendor id='0x1'/>", '</source>'];
    const xml = printed('hostdev', ...lines).replace('>', " managed='yes'>");
    expect(roundTrip(xml)).toBe(xml);
    expect(roundTrip(xml.replace('yes', 'no'))).toBe(printed('hostdev', ...lines));
  });
});

describe('what is live only', () => {
  it.each(['vnet0', 'vnetwork', 'macvtap1', 'macvlan2'])('target %s is not part of a definition', (dev) => {
    expect(roundTrip(bridge(`<target dev='${dev}'/>`))).toBe(printed('bridge', "<source bridge='br0'/>"));
  });

  it('is dropped by reading and by completing, and printed while it is there', () => {
    const live = {
      type: 'network',
      mac: '00:16:3e:0f:ef:8a',
      network: 'default',
      portid: UUID,
      bridge: 'virbr0',
      macTableManager: 'libvirt',
      targetDev: 'vnet0',
      guestDev: 'eth0',
      guestActual: 'vnet1',
    } as const;
    const definition = checkDomainDefinition(typed(live));
    expect(definition.devices?.interfaces).toEqual([live]);
    const complete = completeDomain(definition, HOST);
    const expected = printed('network', "<source network='default'/>", "<guest dev='eth0'/>");
    expect(printedDevices(complete)).toBe(expected);
    const xml = printed(
      'network',
      `<source network='default' portid='${UUID}' bridge='virbr0' macTableManager='libvirt'/>`,
      "<target dev='vnet0'/>",
      "<guest dev='eth0' actual='vnet1'/>",
    );
    const devices = { ...complete.devices, interfaces: [live] };
    expect(printedDevices({ ...complete, devices })).toBe(xml);
    expect(roundTrip(xml)).toBe(expected);
  });
});

describe('defaults', () => {
  it.each(['', '<mac/>'])('a MAC address is made up where %p has none', (mac) => {
    const xml = `<interface type='bridge'>${mac}<source bridge='br0'/></interface>`;
    expect(completed(xml)).toContain("<mac address='52:54:00:01:02:03'/>");
  });

  it('made up MAC addresses are of libvirt, and differ', () => {
    const macs = [1, 2].map(() => completeDomain(parseDevice("<interface type='user'/>"), HOST));
    const [first, second] = macs.map(({ devices }) => devices.interfaces?.[0]?.mac);
    expect(first).toMatch(/^52:54:00(?::[\da-f]{2}){3}$/u);
    expect(first).not.toBe(second);
  });

  it('two interfaces may have one MAC address, as in libvirt', () => {
    expect(parseDevice(bridge() + bridge()).devices?.interfaces).toHaveLength(2);
  });

  it.each<[string, string]>([
    ['<virtualport/>', `<parameters instanceid='${UUID}' interfaceid='${UUID}'/>`],
    ["<virtualport type='openvswitch'/>", `<parameters interfaceid='${UUID}'/>`],
    [
      "<virtualport type='802.1Qbg'><parameters typeid='010'/></virtualport>",
      `<parameters typeid='8' instanceid='${UUID}'/>`,
    ],
  ])('%s of a network gets its identities', (virtualport, expected) => {
    expect(completed(network(virtualport))).toContain(expected);
  });

  it('filters of interfaces that have none, and parameters that are none, are dropped', () => {
    const filterref = "<filterref filter='a'><parameter name='b' value='c-d'/></filterref>";
    expect(roundTrip(bridge(filterref))).toContain("<filterref filter='a'/>");
    expect(roundTrip(nic('direct', `<source dev='eth0'/>${filterref}`))).not.toContain('filterref');
  });

  it('what says nothing is not printed', () => {
    const nothing =
      "<mtu size='0'/><driver name='vhost'/><backend/><coalesce/><tune/><target/><guest/><script path=''/>" +
      "<bandwidth><inbound average='0' peak='3'/></bandwidth><vlan trunk='NO'><tag id='1'/></vlan>";
    const vlan = ['<vlan>', "  <tag id='1'/>", '</vlan>'];
    expect(roundTrip(bridge(nothing))).toBe(printed('bridge', "<source bridge='br0'/>", ...vlan));
  });
});

describe('refusals', () => {
  it.each<[string, string]>([
    [nic('bogus', ''), 'XML_ERROR'],
    [nic('bridge', ''), "XML_ERROR Missing required attribute 'bridge'"],
    [nic('network', '<source/>'), "XML_ERROR Missing required attribute 'network'"],
    [nic('direct', '<source/>'), "XML_ERROR Missing required attribute 'dev'"],
    [nic('direct', "<source dev='a' mode='b'/>"), 'XML_ERROR'],
    [nic('mcast', ''), "XML_ERROR interface type='mcast' requires a 'source' element"],
    [nic('client', "<source port='1'/>"), "XML_ERROR Missing required attribute 'address'"],
    [nic('hostdev', ''), "XML_ERROR interface type='hostdev' requires a 'source' element"],
    [bridge("<mac address='1:2'/>").replace(MAC, ''), "XML_ERROR unable to parse mac address '1:2'"],
    [bridge().replace('00:16', '01:16'), 'XML_ERROR expected unicast mac address, found multicast'],
    [bridge("<target dev='sixteen-letters-'/>"), 'XML_ERROR .*not the name of an interface'],
    [bridge("<target dev='a/b'/>"), 'XML_ERROR .*not the name of an interface'],
    [bridge("<guest dev='a b'/>"), 'XML_ERROR .*not the name of an interface'],
    [nic('bridge', "<source bridge='a b'/>"), 'XML_ERROR .*not the name of an interface'],
    [nic('bridge', "<source bridge='a'><ip address='1.2.3.4'/></source>"), 'CONFIG_UNSUPPORTED .*host-side'],
    [nic('server', "<source port='1'><ip address='1.2.3.4'/></source>"), 'CONFIG_UNSUPPORTED .*host-side'],
    [bridge("<target managed='no'/>"), 'CONFIG_UNSUPPORTED .*unmanaged target dev is not supported'],
    [bridge("<link state='middle'/>"), 'CONFIG_UNSUPPORTED unknown <interface> link state'],
    [bridge("<mtu size='4294967296'/>"), 'XML_ERROR .*malformed mtu size'],
    [bridge("<model type='a b'/>"), 'INVALID_ARG .*Model name .* contains invalid characters'],
    [bridge('<tune><sndbuf>-1</sndbuf></tune>'), 'XML_ERROR'],
    [nic('ethernet', "<port isolated='yes'/>"), "CONFIG_UNSUPPORTED .*isolated='yes'/> is not supported"],
    [
      bridge("<port isolated='yes'/><virtualport type='openvswitch'/>"),
      "CONFIG_UNSUPPORTED .*virtualport type='openvswitch'",
    ],
    [nic('vhostuser', "<source type='unix' path='/a' mode='client'/>"), 'INTERNAL_ERROR .*virtio'],
    [bridge("<backend type='passt'/>"), "INTERNAL_ERROR .*'passt' backend"],
    [bridge('<portForward/>'), "XML_ERROR <portForward>: missing attribute 'proto'"],
    [bridge("<portForward proto='sctp'/>"), "XML_ERROR .*proto.*'sctp'"],
    [bridge("<portForward proto='tcp' address='a'/>"), "XML_ERROR .*'a' is not an IP address"],
    [bridge("<portForward proto='tcp'><range end='1'/></portForward>"), "XML_ERROR .*'start' of <range>"],
    [
      bridge("<portForward proto='tcp'><range start='2' end='1'/></portForward>"),
      'XML_ERROR .*ends at 1 before it starts at 2',
    ],
    [
      bridge("<portForward proto='tcp'><range start='1' end='9' to='65530'/></portForward>"),
      'XML_ERROR .*beyond port 65535',
    ],
    [bridge("<driver iommu='on'/>"), 'CONFIG_UNSUPPORTED .*iommu driver option'],
    [bridge("<teaming type='transient'/>"), 'CONFIG_UNSUPPORTED .*teaming persistent attribute must be set'],
    [bridge("<teaming type='x'/>"), 'CONFIG_UNSUPPORTED .*unknown teaming type'],
    [bridge('<vlan/>'), 'XML_ERROR missing tag id'],
    [bridge("<vlan><tag id='4096'/></vlan>"), 'XML_ERROR vlan tag id 4096 too large'],
    [bridge("<vlan><tag id='1' nativeMode='x'/></vlan>"), 'CONFIG_UNSUPPORTED'],
    [bridge("<vlan trunk='maybe'><tag id='1'/></vlan>"), 'XML_ERROR invalid trunk'],
    [bridge("<vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>"), "XML_ERROR invalid .trunk='no'"],
    [bridge('<bandwidth><inbound/></bandwidth>'), 'XML_DETAIL Missing mandatory average or floor'],
    [bridge("<bandwidth classID='1'/>"), 'XML_DETAIL classID'],
    [bridge("<bandwidth><inbound average='-1'/></bandwidth>"), 'XML_ERROR'],
    [bridge("<bandwidth><inbound average='1' floor='1'/></bandwidth>"), 'CONFIG_UNSUPPORTED floor'],
    [network("<bandwidth><outbound average='1' floor='1'/></bandwidth>"), 'CONFIG_UNSUPPORTED floor'],
    [network("<bandwidth><inbound floor='1' peak='1'/></bandwidth>"), "CONFIG_UNSUPPORTED 'peak'"],
    [nic('ethernet', '<virtualport/>'), 'CONFIG_UNSUPPORTED <virtualport> element unsupported'],
    [bridge('<virtualport/>'), 'XML_ERROR missing required virtualport type'],
    [bridge("<virtualport type='x'/>"), 'CONFIG_UNSUPPORTED'],
    [bridge("<virtualport type='802.1Qbh'/>"), 'XML_ERROR missing profileid'],
    [bridge("<virtualport type='802.1Qbg'><parameters managerid='1'/></virtualport>"), 'XML_ERROR missing'],
    [network("<virtualport><parameters managerid='0x100'/></virtualport>"), 'XML_ERROR .*out of range'],
    [
      network("<virtualport><parameters typeid='x'/></virtualport>"),
      'XML_ERROR cannot parse value of typeid',
    ],
    [
      network("<virtualport><parameters interfaceid='x'/></virtualport>"),
      'XML_ERROR cannot parse interfaceid',
    ],
    [
      network(`<virtualport type='midonet'><parameters profileid='x'/></virtualport>`),
      'XML_ERROR extra profileid',
    ],
    [
      network(`<virtualport><parameters profileid='${'x'.repeat(40)}'/></virtualport>`),
      'XML_ERROR profileid .*too long',
    ],
  ])('%s is refused', (xml, expected) => {
    expect(failure(xml)).toMatch(new RegExp(`^${expected}`, 'u'));
  });

  it.each<[string, object, RegExp]>([
    ['no type', { mac: '00:16:3e:0f:ef:8a' }, /^INVALID_ARG .*type is missing/],
    ['a property of another type', { type: 'ethernet', bridge: 'br0' }, /^INVALID_ARG .*'bridge'/],
    ['a filter that is not seen', { type: 'user', filterref: { filter: 'a' } }, /^CONFIG_UNSUPPORTED/],
    [
      'a parameter that is none',
      { type: 'ethernet', filterref: { filter: 'a', parameters: [{ name: 'b', value: 'c d' }] } },
      /^XML_ERROR .*'c d'/,
    ],
    ['two drivers', { type: 'ethernet', kept: ['<rom bar="on"/>', '<rom/>'] }, /^XML_ERROR .*only one <rom>/],
  ])('a typed definition with %s is refused', (_, value, expected) => {
    expect(describeFailure(() => checkDomainDefinition(typed(value)))).toMatch(expected);
  });

  it('unknown parts are refused by validation only', () => {
    const xml = bridge('<colour/>');
    expect(parseDomain(devicesXml(xml)).devices?.interfaces).toHaveLength(1);
    expect(describeFailure(() => parseDevice(xml))).toMatch(/^XML_INVALID_SCHEMA .*<colour>/);
  });
});

describe('a typed interface', () => {
  it('is printed as the same interface in XML is', () => {
    const value: Interface = {
      type: 'network',
      network: 'default',
      mac: '00:16:3E:0F:EF:8A',
      bandwidth: { inbound: { averageKiBPerSecond: 1, floorKiBPerSecond: 2 } },
      vlan: { tags: [{ id: 1, nativeMode: 'tagged' }] },
      virtualport: { type: '802.1Qbh', profileid: 'p' },
      link: 'up',
      mtuBytes: 1400,
    };
    const lines = [
      "<source network='default'/>",
      "<vlan trunk='yes'>",
      "  <tag id='1' nativeMode='tagged'/>",
      '</vlan>',
      "<virtualport type='802.1Qbh'>",
      "  <parameters profileid='p'/>",
      '</virtualport>',
      '<bandwidth>',
      "  <inbound average='1' floor='2'/>",
      '</bandwidth>',
      "<link state='up'/>",
      "<mtu size='1400'/>",
    ];
    const complete = completeDomain(checkDomainDefinition(typed(value)), HOST);
    expect(printedDevices(complete)).toBe(printed('network', ...lines));
    expect(formatDomain(completeDomain(complete, HOST))).toBe(formatDomain(complete));
  });
});
