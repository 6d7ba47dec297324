import type { DomainDefinition, Hostdev, NetHostdev } from 'virtainer';
import { having, xmlWith, type Mistake } from './mistake.js';

const hostdev = (value: Hostdev): DomainDefinition => having({ devices: { hostdevs: [value] } });
const hostdevXml = (attributes: string, source: string): string =>
  xmlWith(`<devices><hostdev ${attributes}><source>${source}</source></hostdev></devices>`);

const net = (value: Pick<NetHostdev, 'ips' | 'routes'>): DomainDefinition =>
  hostdev({ mode: 'capabilities', type: 'net', interface: 'eth1', ...value });
const netXml = (inside: string): string =>
  xmlWith(`<devices><hostdev mode='capabilities' type='net'><source><interface>eth1</interface></source>
    ${inside}</hostdev></devices>`);

export const HOSTDEV_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a host device of an unknown mode',
    // @ts-expect-error not in the list
    typed: hostdev({ mode: 'passthrough', type: 'usb' }),
    typedFailure: /^XML_ERROR unknown value for .*hostdev.*\bmode 'passthrough'/,
    xml: hostdevXml("mode='passthrough' type='usb'", ''),
    xmlFailure: /^XML_ERROR unknown value for .*\bmode\b.*'passthrough'/,
  },
  {
    mistake: 'a host device without mode',
    // @ts-expect-error mode is required
    typed: hostdev({ type: 'misc', char: '/dev/null' }),
    typedFailure: /^INVALID_ARG domain\.devices\.hostdevs\[0\]\.mode is missing/,
    xml: hostdevXml("mode='' type='misc'", '<char>/dev/null</char>'),
    xmlFailure: /^XML_ERROR unknown value for attribute 'mode' of <hostdev>/,
  },
  {
    mistake: 'a host device of the other mode',
    // @ts-expect-error storage is no subsystem
    typed: hostdev({ mode: 'subsystem', type: 'storage', block: '/dev/vda' }),
    typedFailure: /^XML_ERROR unknown value for attribute 'type' of <hostdev mode='subsystem'> 'storage'/,
    xml: hostdevXml("mode='subsystem' type='storage'", '<block>/dev/vda</block>'),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <hostdev mode='subsystem'> 'storage'/,
  },
  {
    mistake: 'a storage device without its path',
    // @ts-expect-error block is required
    typed: hostdev({ mode: 'capabilities', type: 'storage' }),
    typedFailure: /^XML_ERROR Missing <block> element in <source> of <hostdev type='storage'>/,
    xml: hostdevXml("mode='capabilities' type='storage'", ''),
    xmlFailure: /^XML_ERROR Missing <block> element in <source> of <hostdev type='storage'>/,
  },
  {
    mistake: 'a character device by the word of storage',
    // @ts-expect-error a property of another member
    typed: hostdev({ mode: 'capabilities', type: 'misc', char: '/dev/null', block: '/dev/vda' }),
    typedFailure: /^INVALID_ARG unknown property 'block' in domain\.devices\.hostdevs\[0\]$/,
    xml: hostdevXml("mode='capabilities' type='misc'", '<char>/dev/null</char><block>/dev/vda</block>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <block> in <source>/,
  },
  {
    mistake: 'a network device without its name',
    // @ts-expect-error interface is required
    typed: hostdev({ mode: 'capabilities', type: 'net' }),
    typedFailure: /^XML_ERROR Missing <interface> element in <source> of <hostdev type='net'>/,
    xml: hostdevXml("mode='capabilities' type='net'", ''),
    xmlFailure: /^XML_ERROR Missing <interface> element in <source> of <hostdev type='net'>/,
  },
  {
    mistake: 'a vendor as a text',
    // @ts-expect-error a number, no text
    typed: hostdev({ mode: 'subsystem', type: 'usb', vendorId: '0x1234', productId: 1 }),
    typedFailure: /^INVALID_ARG domain\.devices\.hostdevs\[0\]\.vendorId must be a number/,
    xml: hostdevXml("mode='subsystem' type='usb'", "<vendor id='logitech'/><product id='1'/>"),
    xmlFailure: /^XML_ERROR <hostdev type='usb'>: attribute 'id' of <vendor> .*'logitech'/,
  },
  {
    mistake: 'a USB device without its number on the bus',
    // @ts-expect-error device is required
    typed: hostdev({ mode: 'subsystem', type: 'usb', usbAddress: { bus: 1 } }),
    typedFailure: /^XML_ERROR <hostdev type='usb'>: .*<address>.*'device'/,
    xml: hostdevXml("mode='subsystem' type='usb'", "<address bus='1'/>"),
    xmlFailure: /^XML_ERROR <hostdev type='usb'>: .*'device' of <address>/,
  },
  {
    mistake: 'an unknown startup policy',
    // @ts-expect-error not in the list
    typed: hostdev({ mode: 'subsystem', type: 'usb', vendorId: 1, productId: 1, startupPolicy: 'never' }),
    typedFailure: /^XML_ERROR unknown value for .*hostdev.*\bstartupPolicy 'never'/,
    xml: xmlWith(`<devices><hostdev mode='subsystem' type='usb'>
      <source startupPolicy='never'><vendor id='1'/><product id='1'/></source></hostdev></devices>`),
    xmlFailure: /^XML_ERROR unknown value for .*\bstartupPolicy\b.*'never'/,
  },
  {
    mistake: 'an address without address',
    // @ts-expect-error address is required
    typed: net({ ips: [{ prefix: 24 }] }),
    typedFailure: /^XML_ERROR Missing required address in <ip>/,
    xml: netXml("<ip prefix='24'/>"),
    xmlFailure: /^XML_ERROR Missing required address in <ip>/,
  },
  {
    mistake: 'an address with its prefix as a text',
    // @ts-expect-error a number, no text
    typed: net({ ips: [{ address: '10.0.0.1', prefix: '/24' }] }),
    typedFailure: /^INVALID_ARG .*ips\[0\]\.prefix must be a number/,
    xml: netXml("<ip address='10.0.0.1' prefix='/24'/>"),
    xmlFailure: /^XML_ERROR attribute 'prefix' of <ip> .*'\/24'/,
  },
  {
    mistake: 'a route without gateway',
    // @ts-expect-error gateway is required
    typed: net({ routes: [{ address: '10.0.0.0', prefix: 8 }] }),
    typedFailure: /^XML_ERROR <route>: .*gateway/,
    xml: netXml("<route address='10.0.0.0' prefix='8'/>"),
    xmlFailure: /^XML_ERROR <route>: .*gateway/,
  },
];
