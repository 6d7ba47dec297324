import type { DomainDefinition, Interface } from 'virtainer';
import { having, xmlWith, type Mistake } from './mistake.js';

const nic = (value: Interface): DomainDefinition => having({ devices: { interfaces: [value] } });
const nicXml = (attributes: string, inside: string): string =>
  xmlWith(`<devices><interface ${attributes}>${inside}</interface></devices>`);
const bridgeXml = (inside: string): string => nicXml("type='bridge'", `<source bridge='br0'/>${inside}`);

export const INTERFACE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'an interface of an unknown type',
    // @ts-expect-error not in the list
    typed: nic({ type: 'wifi' }),
    typedFailure: /^XML_ERROR unknown value for .*interfaces\[0\]\.type 'wifi'/,
    xml: nicXml("type='wifi'", ''),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <interface>.*'wifi'/,
  },
  {
    mistake: 'a bridge interface without its bridge',
    // @ts-expect-error bridge is required
    typed: nic({ type: 'bridge' }),
    typedFailure:
      /^XML_ERROR Missing required attribute 'bridge' in element 'source' of <interface type='bridge'>/,
    xml: nicXml("type='bridge'", '<source/>'),
    xmlFailure:
      /^XML_ERROR Missing required attribute 'bridge' in element 'source' of <interface type='bridge'>/,
  },
  {
    mistake: 'a bridge interface with the network of another type',
    // @ts-expect-error no such property
    typed: nic({ type: 'bridge', bridge: 'br0', network: 'default' }),
    typedFailure: /^INVALID_ARG unknown property 'network' in .*interfaces\[0\]/,
    xml: nicXml("type='bridge'", "<source bridge='br0' name='default'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'name' of <source>/,
  },
  {
    mistake: 'a direct interface in an unknown mode',
    // @ts-expect-error not in the list
    typed: nic({ type: 'direct', dev: 'eth0', mode: 'nat' }),
    typedFailure: /^XML_ERROR unknown value for .*interfaces\[0\]\.mode 'nat'/,
    xml: nicXml("type='direct'", "<source dev='eth0' mode='nat'/>"),
    xmlFailure: /^XML_ERROR unknown value for .*mode.*'nat'/,
  },
  {
    mistake: 'a link that is neither up nor down',
    // @ts-expect-error not in the list
    typed: nic({ type: 'bridge', bridge: 'br0', link: 'off' }),
    typedFailure: /^(?:XML_ERROR|CONFIG_UNSUPPORTED) .*link.*'off'/,
    xml: bridgeXml("<link state='off'/>"),
    xmlFailure: /^(?:XML_ERROR|CONFIG_UNSUPPORTED) .*link.*'off'/,
  },
  {
    mistake: 'an mtu without its unit',
    // @ts-expect-error it is mtuBytes
    typed: nic({ type: 'bridge', bridge: 'br0', mtu: 1500 }),
    typedFailure: /^INVALID_ARG unknown property 'mtu' in .*interfaces\[0\]/,
    xml: bridgeXml("<mtu bytes='1500'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'bytes' of <mtu>/,
  },
  {
    mistake: 'an address as a bare text',
    // @ts-expect-error an object with its address
    typed: nic({ type: 'bridge', bridge: 'br0', ips: ['10.0.0.2/24'] }),
    typedFailure: /^INVALID_ARG .*interfaces\[0\]\.ips\[0\] must be an object/,
    xml: bridgeXml("<ip address='10.0.0.2/24'/>"),
    xmlFailure: /^XML_ERROR Invalid address '10\.0\.0\.2\/24' in <ip>/,
  },
];
