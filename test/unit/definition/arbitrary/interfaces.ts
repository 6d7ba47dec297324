import fc from 'fast-check';
import { optional } from './optional.js';

const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,9}$/u).filter((text) => !/^(?:vnet|mac)/u.test(text));
const uuid = fc.uuid({ version: 4 });
const number = fc.integer({ min: 1, max: 0xffff_ffff });
const flag = optional(fc.boolean());

const ip = fc.oneof(
  fc.record({ address: fc.ipV4(), family: fc.constant('ipv4'), prefix: optional(fc.nat(32)) }),
  fc.record({
    address: fc.ipV6(),
    peer: optional(fc.constant('2001:db8::1')),
    prefix: optional(fc.nat(128)),
  }),
);
const route = fc.record({
  family: optional(fc.constant('ipv4')),
  address: fc.constant('10.0.0.0'),
  prefix: fc.integer({ min: 8, max: 32 }),
  gateway: fc.ipV4(),
  metric: optional(number),
});
const rate = fc.record({
  averageKiBPerSecond: number,
  peakKiBPerSecond: optional(number),
  burstKiB: optional(number),
});
const virtualport = fc.oneof(
  fc.record({ type: fc.constant('openvswitch'), interfaceid: optional(uuid), profileid: optional(name) }),
  fc.record({ type: fc.constant('802.1Qbh'), profileid: name }),
  fc.record({ type: fc.constant('midonet'), interfaceid: uuid }),
  fc.record({
    type: fc.constant('802.1Qbg'),
    managerid: fc.nat(255),
    typeid: fc.nat(0xff_ffff),
    typeidversion: fc.nat(255),
    instanceid: optional(uuid),
  }),
);
const common = {
  mac: optional(fc.constantFrom('52:54:00:00:00:01', '0:A:b:1:2:3')),
  macType: optional(fc.constantFrom('generated', 'static')),
  macCheck: flag,
  trustGuestRxFilters: flag,
  ips: optional(fc.array(ip, { maxLength: 2 })),
  routes: optional(fc.array(route, { maxLength: 2 })),
  bandwidth: optional(fc.record({ inbound: optional(rate), outbound: optional(rate) })),
  vlan: optional(
    fc.record({
      trunk: fc.constantFrom(true, undefined),
      tags: fc.array(fc.record({ id: fc.nat(4095) }), { minLength: 1, maxLength: 3 }),
    }),
  ),
  filterref: optional(
    fc.record({
      filter: name,
      parameters: optional(fc.array(fc.record({ name: fc.constant('IP'), value: fc.ipV4() }))),
    }),
  ),
  portIsolated: flag,
  targetDev: optional(name),
  targetManaged: fc.constant(undefined),
  guestDev: optional(name),
  model: optional(name.map((text) => text.replaceAll('.', '_'))),
  link: optional(fc.constantFrom('up', 'down')),
  mtuBytes: optional(number),
  sndbufBytes: optional(number),
  kept: optional(fc.constant([`<rom bar='off'/>`])),
};

/** Interfaces of every type that a container may have one day. */
export const interfaces = fc.array(
  fc.oneof(
    fc.record({ ...common, type: fc.constant('bridge'), bridge: name, virtualport: optional(virtualport) }),
    fc.record({ ...common, type: fc.constant('network'), network: name, portgroup: optional(name) }),
    fc.record({
      ...common,
      type: fc.constant('ethernet'),
      hostIps: optional(fc.array(ip, { maxLength: 1 })),
      hostRoutes: optional(fc.array(route, { maxLength: 1 })),
    }),
    fc.record({
      ...common,
      type: fc.constant('direct'),
      dev: name,
      mode: optional(fc.constantFrom('vepa', 'bridge', 'private', 'passthrough')),
      virtualport: optional(virtualport),
    }),
    fc.record({ ...common, type: fc.constant('user') }),
  ),
  { maxLength: 3 },
);
