import {
  changeDevice,
  completeDomain,
  formatDomain,
  parseDevice,
  parseDomain,
  validateDomain,
  type CompleteDomain,
  type DeviceAction,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST } from '../documents.js';
import { describeFailure } from '../failure.js';

const disk = (target: string, source = '/dev/sdb'): string =>
  `<disk type='block'><source dev='${source}'/><target dev='${target}'/></disk>`;
const mount = (target: string, source = '/srv'): string =>
  `<filesystem><source dir='${source}'/><target dir='${target}'/></filesystem>`;
const usb = (source: string): string =>
  `<hostdev mode='subsystem' type='usb'><source>${source}</source></hostdev>`;
const char = (path: string): string =>
  `<hostdev mode='capabilities' type='misc'><source><char>${path}</char></source></hostdev>`;
const IDS = "<vendor id='0x1234'/><product id='0x5678'/>";

function domainWith(...devices: readonly string[]): CompleteDomain {
  const xml = domainXml({ rest: `<devices>${devices.join('')}<console type='pty'/></devices>` });
  return completeDomain(parseDomain(xml), HOST);
}

function change(definition: CompleteDomain, action: DeviceAction, xml: string): CompleteDomain {
  return changeDevice(definition, action, parseDevice(xml, { action }));
}

describe('attach', () => {
  test.each([
    ['a disk', disk('sda'), disk('sdb', '/dev/new')],
    ['a file system', mount('/'), mount('/new', '/dev/new')],
    ['a host device', char('/dev/one'), char('/dev/new')],
  ])('puts %s behind the others, complete', (_, there, added) => {
    const before = domainWith(there);
    const text = formatDomain(before);
    const after = change(before, 'attach', added);
    validateDomain(after, HOST);
    expect(after).toEqual({ ...domainWith(there, added), uuid: before.uuid });
    expect(formatDomain(before)).toBe(text);
    expect(Object.isFrozen(after)).toBe(true);
  });

  test.each([
    [disk('sda'), disk('sda', '/dev/other'), 'INVALID_ARG <disk>: target sda already exists.'],
    [mount('/a'), mount('/a', '/other'), "OPERATION_INVALID Target already exists: <filesystem> target '/a'"],
    [
      char('/dev/a'),
      char('/dev/a'),
      "INVALID_ARG device is already in the domain configuration: <hostdev type='misc'>",
    ],
    [usb(IDS), usb(IDS), "INVALID_ARG device is already in the domain configuration: <hostdev type='usb'>"],
  ])('refuses what is there: %s', (there, added, failure) => {
    expect(describeFailure(() => change(domainWith(there), 'attach', added))).toBe(failure);
  });

  test('takes two USB devices of one product at two places', () => {
    const place = (device: number): string => usb(`${IDS}<address bus='1' device='${device}'/>`);
    const after = change(domainWith(place(2)), 'attach', place(3));
    expect(after.devices.hostdevs).toHaveLength(2);
  });
});

describe('detach', () => {
  test('takes away a disk or a file system by its target, whatever its source', () => {
    const before = domainWith(disk('sda'), disk('sdb'), mount('/'), mount('/b'), char('/dev/a'));
    const withoutDisk = domainWith(disk('sda'), mount('/'), mount('/b'), char('/dev/a'));
    const after = change(before, 'detach', disk('sdb', '/dev/any'));
    expect(after).toEqual({ ...withoutDisk, uuid: before.uuid });
    const withoutBoth = domainWith(disk('sda'), mount('/b'), char('/dev/a'));
    expect(change(after, 'detach', mount('/', '/any'))).toEqual({ ...withoutBoth, uuid: before.uuid });
  });

  test('takes away the host device that is the same', () => {
    const before = domainWith(usb(IDS), char('/dev/a'), char('/dev/b'));
    const after = change(change(before, 'detach', char('/dev/a')), 'detach', usb(IDS));
    expect(after.devices.hostdevs).toEqual([{ mode: 'capabilities', type: 'misc', char: '/dev/b' }]);
  });

  test('of the last one leaves the definition that never had any', () => {
    const bare = domainWith();
    for (const xml of [disk('sda'), mount('/'), char('/dev/a')]) {
      const without = change(change(bare, 'attach', xml), 'detach', xml);
      expect(formatDomain(without)).toBe(formatDomain(bare));
      validateDomain(without, HOST);
    }
  });

  test.each([
    [disk('sdb'), 'INVALID_ARG <disk>: no target device sdb'],
    [mount('/b'), "OPERATION_FAILED no matching filesystem device was found: <filesystem> target '/b'"],
    [char('/dev/b'), "INVALID_ARG device not present in domain configuration: <hostdev type='misc'>"],
    [usb(IDS), "INVALID_ARG device not present in domain configuration: <hostdev type='usb'>"],
  ])('refuses what is not there: %s', (removed, failure) => {
    const definition = domainWith(disk('sda'), mount('/a'), char('/dev/a'));
    expect(describeFailure(() => change(definition, 'detach', removed))).toBe(failure);
    expect(describeFailure(() => change(domainWith(), 'detach', removed))).toBe(failure);
  });
});

describe('update', () => {
  test('puts a disk or a file system in the place of that with its target', () => {
    const before = domainWith(disk('sda'), disk('sdb'), mount('/'), mount('/b'));
    const after = change(change(before, 'update', disk('sda', '/dev/new')), 'update', mount('/', '/new'));
    expect(after.devices.disks?.map(({ source }) => source)).toEqual(['/dev/new', '/dev/sdb']);
    expect(after.devices.filesystems).toMatchObject([{ source: '/new' }, { source: '/srv' }]);
  });

  test.each([
    [disk('sdb'), 'INVALID_ARG <disk>: no target device sdb'],
    [mount('/b'), "OPERATION_FAILED no matching filesystem device was found: <filesystem> target '/b'"],
    [
      char('/dev/a'),
      "CONFIG_UNSUPPORTED persistent update of device is not supported: <hostdev type='misc'>",
    ],
  ])('refuses %s', (updated, failure) => {
    const definition = domainWith(disk('sda'), mount('/a'), char('/dev/a'));
    expect(describeFailure(() => change(definition, 'update', updated))).toBe(failure);
  });
});

describe('an interface', () => {
  const ONE = '52:54:00:00:00:01';
  const TWO = '52:54:00:00:00:02';
  const nic = ({ mac = '', bridge = 'br0', more = '' }): string =>
    `<interface type='bridge'>${mac === '' ? '' : `<mac address='${mac}'/>`}<source bridge='${bridge}'/>${more}</interface>`;
  const alias = (name: string): string => `<alias name='ua-${name}'/>`;
  const pci = (slot: string): string => `<address type='pci' bus='0' slot='${slot}'/>`;
  const macs = (definition: CompleteDomain): unknown => definition.devices.interfaces?.map(({ mac }) => mac);
  const pair = (first: string, second: string): CompleteDomain =>
    domainWith(nic({ mac: ONE, more: first }), nic({ mac: ONE, more: second }));

  test('gets a MAC address when it is attached, and is detached by it', () => {
    const after = change(domainWith(nic({ mac: ONE })), 'attach', nic({ bridge: 'br1' }));
    validateDomain(after, HOST);
    expect(macs(after)).toEqual([ONE, expect.stringMatching(/^52:54:00:/u)]);
    expect(macs(change(after, 'detach', nic({ mac: ONE, bridge: 'other' })))).not.toContain(ONE);
    expect(macs(change(after, 'detach', nic({ mac: ONE.toUpperCase() })))).toHaveLength(1);
  });

  test('may have the MAC address of another, as in libvirt', () => {
    expect(macs(change(domainWith(nic({ mac: ONE })), 'attach', nic({ mac: ONE })))).toEqual([ONE, ONE]);
  });

  test('without a MAC address is the only one there is', () => {
    expect(change(domainWith(nic({ mac: ONE })), 'detach', nic({})).devices.interfaces).toBeUndefined();
  });

  test.each([
    ['alias', alias('a'), alias('b'), alias('b')],
    ['place', pci('0x03'), pci('0x04'), pci('0x4')],
  ])('is told from others with its MAC address by its %s', (_, first, second, wanted) => {
    const before = pair(first, second);
    const after = change(before, 'detach', nic({ mac: ONE, more: wanted }));
    expect(after.devices.interfaces).toEqual(before.devices.interfaces?.slice(0, 1));
  });

  test.each([
    ['no MAC address among several', nic({}), 'OPERATION_FAILED multiple matching devices found'],
    [
      'a MAC address that several have',
      nic({ mac: ONE }),
      `OPERATION_FAILED multiple devices matching MAC address ${ONE} found`,
    ],
    [
      'a MAC address that none has',
      nic({ mac: TWO }),
      `DEVICE_MISSING no device matching MAC address ${TWO} found`,
    ],
    [
      'an alias that none has',
      nic({ more: alias('c') }),
      'DEVICE_MISSING no device matching alias ua-c found',
    ],
  ])('with %s is neither detached nor updated', (_, wanted, failure) => {
    for (const action of ['detach', 'update'] as const) {
      expect(describeFailure(() => change(pair(alias('a'), alias('b')), action, wanted))).toBe(failure);
    }
  });

  test('is not found where there are none', () => {
    expect(describeFailure(() => change(domainWith(), 'detach', nic({})))).toBe(
      'DEVICE_MISSING no matching device found',
    );
  });

  test('is updated as a whole, but keeps its MAC address', () => {
    const before = domainWith(nic({ mac: ONE, more: "<guest dev='eth7'/>" }), nic({ mac: TWO }));
    const byMac = change(before, 'update', nic({ mac: ONE, bridge: 'br1' }));
    expect(byMac.devices.interfaces?.[0]).toEqual({ type: 'bridge', mac: ONE, bridge: 'br1' });
    expect(byMac.devices.interfaces?.[1]).toEqual(before.devices.interfaces?.[1]);
    const only = domainWith(nic({ mac: ONE }));
    expect(change(only, 'update', nic({ bridge: 'br1' })).devices.interfaces).toEqual([
      { type: 'bridge', mac: ONE, bridge: 'br1' },
    ]);
  });
});
