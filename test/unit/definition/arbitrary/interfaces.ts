import fc from 'fast-check';

const some = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc.record(model, { requiredKeys: [] });
const either = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const flag = fc.boolean();
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const byte = fc.integer({ min: 0, max: 255 });
const name = fc.constantFrom('br0', 'eth0', 'vnet1', 'macvtap7', 'a.b-c', 'ü');
const text = fc.constantFrom('', 'a', `<'&">`, 'ü b');
const mac = fc
  .tuple(byte, byte, byte, byte, byte, byte)
  .map(([first, ...rest]) => [first & 0xfe, ...rest].map((value) => value.toString(16)).join(':'));
const ip = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), prefix: fc.integer({ min: 0, max: 32 }) });
const route = fc.record({ address: fc.constant('0.0.0.0'), gateway: fc.ipV4() });
const direction = fc.record(
  { averageKiBPerSecond: number, peakKiBPerSecond: number, burstKiB: number },
  { requiredKeys: ['averageKiBPerSecond'] },
);
const tag = fc.integer({ min: 0, max: 4095 }).map((id) => ({ id }));

const common = {
  mac: either(mac),
  macType: either(fc.constantFrom('generated', 'static')),
  macCheck: either(flag),
  trustGuestRxFilters: either(flag),
  ips: fc.array(ip, { maxLength: 2 }),
  routes: fc.array(route, { maxLength: 2 }),
  bandwidth: either(some({ inbound: direction, outbound: direction })),
  vlan: either(fc.record({ tags: fc.array(tag, { minLength: 1, maxLength: 3 }) })),
  portIsolated: either(fc.constant(false)),
  script: either(text),
  downscript: either(text),
  backenddomain: either(text),
  targetDev: either(name),
  guestDev: either(name),
  guestActual: either(name),
  model: either(fc.constantFrom('e1000', 'virtio')),
  link: either(fc.constantFrom('up', 'down')),
  mtuBytes: either(number),
  sndbufBytes: either(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  kept: fc.subarray([
    '<driver name="vhost"><host csum="off"/></driver>',
    '<backend tap="/dev/net/tun"/>',
    '<teaming type="persistent"/>',
    '<coalesce><rx><frames max="7"/></rx></coalesce>',
    '<rom bar="off"/>',
  ]),
  alias: either(fc.constant('ua-net')),
};
const parameter = fc.record({
  name: fc.constantFrom('IP', 'MAC', 'A1'),
  value: fc.constantFrom('1.2', 'a:b'),
});
const filterref = either(
  fc.record({ filter: fc.constantFrom('a', `<'&">`), parameters: fc.array(parameter, { maxLength: 4 }) }),
);
const untyped = some({ managerid: byte, typeid: byte, interfaceid: fc.uuid(), profileid: text });
const typed = fc.oneof(
  fc.record({ type: fc.constant('openvswitch'), interfaceid: either(fc.uuid()), profileid: either(text) }),
  fc.record({ type: fc.constant('802.1Qbg'), managerid: byte, typeid: byte, typeidversion: byte }),
  fc.record({ type: fc.constant('802.1Qbh'), profileid: fc.constant('p') }),
);

const nic = fc.oneof(
  fc.record({ ...common, type: fc.constant('bridge'), bridge: name, filterref, virtualport: either(typed) }),
  fc.record({
    ...common,
    type: fc.constant('network'),
    network: fc.constantFrom('default', `<'&">`),
    portgroup: either(text),
    portid: either(fc.uuid()),
    bridge: either(name),
    filterref,
    virtualport: either(fc.oneof(typed, untyped)),
  }),
  fc.record({
    ...common,
    type: fc.constant('ethernet'),
    targetManaged: either(flag),
    hostIps: fc.array(ip, { maxLength: 2 }),
    hostRoutes: fc.array(route, { maxLength: 2 }),
    filterref,
  }),
  fc.record({
    ...common,
    type: fc.constant('direct'),
    dev: name,
    mode: either(fc.constantFrom('vepa', 'bridge', 'private', 'passthrough')),
    virtualport: either(typed),
  }),
  fc.record({ ...common, type: fc.constantFrom('user', 'null') }),
  fc.record({ ...common, type: fc.constant('internal'), source: fc.constant('<source name="a"/>') }),
  fc.record({
    ...common,
    type: fc.constant('hostdev'),
    source: fc.constant('<source> <address type="pci" bus="0x00"/></source>'),
    managed: either(flag),
  }),
);

/** Interfaces of every type, with values that are hard to print. */
export const interfaces = fc.array(nic, { minLength: 1, maxLength: 3 });
