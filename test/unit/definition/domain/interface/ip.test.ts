import { checkIp, formatIp, parseIp } from '../../../../../lib/definition/domain/interface/ip.js';
import { checkRoute, formatRoute, parseRoute } from '../../../../../lib/definition/domain/interface/route.js';
import { copyPlainData } from '../../../../../lib/definition/plain/copy.js';
import { Fields } from '../../../../../lib/definition/plain/fields.js';
import { ElementReader, parseXml, printXml } from '../../../../../lib/definition/xml/index.js';
import { describeFailure } from '../../failure.js';

const fields = (value: unknown): Fields => new Fields(copyPlainData(value, 'x'), 'x');
const reader = (xml: string): ElementReader => new ElementReader(parseXml(xml));
const ip = (attributes: string): string =>
  printXml(formatIp(checkIp(fields(parseIp(reader(`<ip ${attributes}/>`)))))).trim();
const route = (attributes: string): string =>
  printXml(formatRoute(checkRoute(fields(parseRoute(reader(`<route ${attributes}/>`)))))).trim();

describe('<ip>', () => {
  it.each([
    ["address='192.168.122.2'", "<ip address='192.168.122.2' family='ipv4'/>"],
    ["prefix='24' address='10.0.0.2' family='ipv4'", "<ip address='10.0.0.2' family='ipv4' prefix='24'/>"],
    ["address='2003:DB8:0:0::1' prefix='64'", "<ip address='2003:db8::1' family='ipv6' prefix='64'/>"],
    ["address='::ffff:10.0.0.1'", "<ip address='::ffff:10.0.0.1' family='ipv6'/>"],
    ["address='10.0.0.2' peer='10.0.0.1'", "<ip address='10.0.0.2' family='ipv4' peer='10.0.0.1'/>"],
    ["address='10.0.0.2' family='other'", "<ip address='10.0.0.2' family='ipv4'/>"],
    ["address='10.0.0.2' prefix='0'", "<ip address='10.0.0.2' family='ipv4'/>"],
  ])('%s is printed as %s', (given, printed) => {
    expect(ip(given)).toBe(printed);
    expect(ip(printed.slice('<ip '.length, -'/>'.length))).toBe(printed);
  });

  it.each([
    ['', /^XML_ERROR Missing required address in <ip>/],
    ["address=''", /^XML_ERROR Invalid address '' in <ip>/],
    ["address='10.0.0'", /^XML_ERROR Invalid address '10\.0\.0' in <ip>/],
    ["address='fe80::1%eth0'", /^XML_ERROR Invalid address/],
    ["address='10.0.0.1' family='ipv6'", /^XML_ERROR Invalid address '10\.0\.0\.1' in <ip>/],
    ["address='10.0.0.1' prefix='33'", /^XML_ERROR Invalid prefix value '33' in <ip>/],
    ["address='::1' prefix='129'", /^XML_ERROR Invalid prefix value '129'/],
    ["address='10.0.0.1' prefix='-1'", /^XML_ERROR .*prefix/],
    ["address='10.0.0.1' peer='::1'", /^INVALID_ARG Invalid peer '::1' in <ip>/],
  ])('%s is refused', (given, expected) => {
    expect(describeFailure(() => ip(given))).toMatch(expected);
  });

  it('of a typed definition must have a family of the list', () => {
    expect(describeFailure(() => checkIp(fields({ address: '10.0.0.1', family: 'x' })))).toMatch(
      /^XML_ERROR unknown/,
    );
    expect(checkIp(fields({ address: '::1' }))).toEqual({ address: '::1', family: 'ipv6' });
  });
});

describe('<route>', () => {
  it.each([
    [
      "address='10.0.0.0' prefix='8' gateway='10.0.0.1'",
      "<route address='10.0.0.0' prefix='8' gateway='10.0.0.1'/>",
    ],
    [
      "metric='2' family='ipv4' address='192.168.122.0' gateway='192.168.122.1' netmask='255.255.255.0'",
      "<route family='ipv4' address='192.168.122.0' netmask='255.255.255.0' gateway='192.168.122.1' metric='2'/>",
    ],
    ["address='0.0.0.0' gateway='10.0.0.1'", "<route address='0.0.0.0' gateway='10.0.0.1'/>"],
    [
      "family='ipv6' address='::' prefix='0' gateway='fe80:0::1'",
      "<route family='ipv6' address='::' prefix='0' gateway='fe80::1'/>",
    ],
    [
      "family='ipv6' address='2001:db8:ca2:3::' prefix='64' gateway='2001:db8:ca2:2::2'",
      "<route family='ipv6' address='2001:db8:ca2:3::' prefix='64' gateway='2001:db8:ca2:2::2'/>",
    ],
    [
      "family='' address='0.0.0.0' netmask='' gateway='10.0.0.1'",
      "<route address='0.0.0.0' gateway='10.0.0.1'/>",
    ],
  ])('%s is printed as %s', (given, printed) => {
    expect(route(given)).toBe(printed);
    expect(route(printed.slice('<route '.length, -'/>'.length))).toBe(printed);
  });

  it.each([
    ["gateway='10.0.0.1'", /^XML_ERROR <route>: Missing required address attribute in route definition/],
    ["address='10.0.0.0'", /^XML_ERROR <route>: Missing required gateway attribute in route definition/],
    ["address='x' gateway='10.0.0.1'", /^XML_ERROR <route>: Bad network address 'x' in route definition/],
    ["address='0.0.0.0' gateway='x'", /^XML_ERROR <route>: Bad gateway address 'x' in route definition/],
    ["address='::' gateway='::1'", /^XML_ERROR <route>: No family specified for non-IPv4 address '::'/],
    [
      "family='ipv4' address='::' gateway='10.0.0.1'",
      /^XML_ERROR <route>: IPv4 family specified for non-IPv4 address '::'/,
    ],
    [
      "family='ipv6' address='::' gateway='10.0.0.1'",
      /^XML_ERROR <route>: IPv6 family specified for non-IPv6 gateway '10\.0\.0\.1'/,
    ],
    ["family='x' address='::' gateway='::1'", /^XML_ERROR unknown value for .*family/],
    [
      "address='10.0.0.0' prefix='33' gateway='10.0.0.1'",
      /Invalid prefix 33 specified in route definition, must be 0 - 32/,
    ],
    ["family='ipv6' address='::' prefix='129' gateway='::1'", /must be 0 - 128/],
    [
      "address='10.0.0.0' gateway='10.0.0.1'",
      /Address '10\.0\.0\.0' in route definition is not a network address/,
    ],
    ["address='10.0.0.1' prefix='24' gateway='10.0.0.1'", /is not a network address/],
    ["family='ipv6' address='2001:db8::1' prefix='64' gateway='::1'", /is not a network address/],
    ["address='10.0.0.1' netmask='255.0.0.0' gateway='10.0.0.1'", /is not a network address/],
    ["address='10.0.0.0' netmask='x' gateway='10.0.0.1'", /Bad netmask address 'x' in route definition/],
    [
      "address='10.0.0.0' netmask='255.0.0.0' prefix='8' gateway='10.0.0.1'",
      /cannot have both a prefix and a netmask/,
    ],
    [
      "family='ipv6' address='::' netmask='::' gateway='::1'",
      /Specifying netmask invalid for IPv6 address '::'/,
    ],
    ["address='0.0.0.0' gateway='10.0.0.1' metric='0'", /Invalid metric value, must be > 0/],
    ["address='0.0.0.0' gateway='10.0.0.1' metric='4294967296'", /Invalid metric/],
  ])('%s is refused', (given, expected) => {
    expect(describeFailure(() => route(given))).toMatch(expected);
  });
});
