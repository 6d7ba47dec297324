import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  type Interface,
} from '../../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../../documents.js';
import { failureOf } from '../../failure.js';

const MAC = "<mac address='52:54:00:11:22:33'/>";
const withInterface = (attributes: string, inside: string): string =>
  domainXml({ rest: `<devices><interface ${attributes}>${inside}</interface></devices>` });
const bridge = (inside: string): string => withInterface("type='bridge'", `<source bridge='br0'/>${inside}`);
const read = (xml: string): Interface | undefined => parseDomain(xml).devices?.interfaces?.[0];
const typed = (nic: unknown): unknown =>
  checkDomainDefinition({ ...MINIMAL, devices: { interfaces: [nic] } }).devices?.interfaces?.[0];

describe('<interface>', () => {
  it('has the type user when it says none, as in libvirt', () => {
    expect(read(withInterface('', ''))).toEqual({ type: 'user' });
  });

  it('is given a random address with libvirt’s prefix, and a mode, once', () => {
    const complete = completeDomain(
      parseDomain(withInterface("type='direct'", "<source dev='eth0'/>")),
      HOST,
    );
    const [nic] = complete.devices.interfaces ?? [];
    expect(nic).toMatchObject({ type: 'direct', dev: 'eth0', mode: 'vepa' });
    expect(nic?.mac).toMatch(/^52:54:00(?::[0-9a-f]{2}){3}$/u);
    expect(completeDomain(complete, HOST).devices.interfaces).toEqual([nic]);
  });

  it('is given a port id of Open vSwitch, once', () => {
    const xml = formatDomain(
      completeDomain(parseDomain(bridge(`${MAC}<virtualport type='openvswitch'/>`)), HOST),
    );
    expect(xml).toMatch(/<parameters interfaceid='[0-9a-f-]{36}'\/>/u);
    expect(formatDomain(completeDomain(parseDomain(xml), HOST))).toBe(xml);
  });

  it.each(['vnet0', 'macvtap3', 'macvlan1'])('loses the name %s, which libvirt gives at start', (name) => {
    expect(read(bridge(`<target dev='${name}'/>`))).not.toHaveProperty('targetDev');
  });

  it('writes addresses in lower case with two digits', () => {
    expect(read(bridge("<mac address='0:16:3E:A:b:0C'/>"))?.mac).toBe('00:16:3e:0a:0b:0c');
  });

  it('makes a trunk of several tags', () => {
    expect(read(bridge("<vlan><tag id='1'/><tag id='2'/></vlan>"))?.vlan).toEqual({
      trunk: true,
      tags: [{ id: 1 }, { id: 2 }],
    });
  });
});

describe('<interface> is refused', () => {
  it.each<[string, string, string, RegExp]>([
    ['an unknown type', withInterface("type='wifi'", ''), 'XML_ERROR', /'type' of <interface>.*'wifi'/],
    [
      'a bridge without name',
      withInterface("type='bridge'", ''),
      'XML_ERROR',
      /'bridge' in element 'source'/,
    ],
    [
      'a network without name',
      withInterface("type='network'", '<source/>'),
      'XML_ERROR',
      /'network' in element 'source'/,
    ],
    [
      'a direct one without device',
      withInterface("type='direct'", ''),
      'XML_ERROR',
      /'dev' in element 'source'/,
    ],
    ['an unknown mode', withInterface("type='direct'", "<source dev='e' mode='x'/>"), 'XML_ERROR', /mode/],
    [
      'a bridge name too long',
      withInterface("type='bridge'", "<source bridge='a234567890123456'/>"),
      'XML_ERROR',
      /up to 15 bytes/,
    ],
    ['a name with a slash', bridge("<guest dev='a/b'/>"), 'XML_ERROR', /guest dev 'a\/b'/],
    ['a multicast address', bridge("<mac address='01:00:00:00:00:00'/>"), 'XML_ERROR', /expected unicast/],
    ['an address that is none', bridge("<mac address='52:54:00'/>"), 'XML_ERROR', /unable to parse mac/],
    ['an unknown link state', bridge("<link state='off'/>"), 'CONFIG_UNSUPPORTED', /link state 'off'/],
    [
      'a floor going out',
      bridge("<bandwidth><outbound average='1' floor='1'/></bandwidth>"),
      'CONFIG_UNSUPPORTED',
      /^floor/,
    ],
    [
      'a bandwidth without average',
      bridge("<bandwidth><inbound peak='1'/></bandwidth>"),
      'XML_DETAIL',
      /average/,
    ],
    ['a vlan without tag', bridge('<vlan/>'), 'XML_ERROR', /missing tag id/],
    ['a tag beyond 4095', bridge("<vlan><tag id='4096'/></vlan>"), 'XML_ERROR', /too large/],
    [
      'two tags that are no trunk',
      bridge("<vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>"),
      'XML_ERROR',
      /trunk/,
    ],
    [
      'a port without its parameters',
      bridge("<virtualport type='802.1Qbg'/>"),
      'XML_ERROR',
      /missing managerid/,
    ],
    [
      'a parameter of another port',
      bridge("<virtualport type='802.1Qbh'><parameters profileid='a' managerid='1'/></virtualport>"),
      'XML_ERROR',
      /extra managerid unsupported/,
    ],
    ['a model with blanks', bridge("<model type='a b'/>"), 'INVALID_ARG', /Model name 'a b'/],
    ['an address that is none', bridge("<ip address='1.2.3'/>"), 'XML_ERROR', /Invalid address '1.2.3'/],
  ])('for %s', (_, xml, code, message) => {
    const error = failureOf(() => parseDomain(xml));
    expect({ code: error.code, message: error.message }).toEqual({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each<[string, object, string]>([
    ['without type', {}, 'INVALID_ARG'],
    ['with a property of another type', { type: 'bridge', bridge: 'br0', network: 'default' }, 'INVALID_ARG'],
    ['with a number for a name', { type: 'bridge', bridge: 1 }, 'INVALID_ARG'],
    ['with a source that is no <source>', { type: 'user', source: '<x/>' }, 'XML_ERROR'],
  ])('in its typed form %s', (_, nic, code) => {
    expect(failureOf(() => typed(nic)).code).toBe(code);
  });
});
