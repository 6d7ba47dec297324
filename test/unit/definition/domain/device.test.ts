import {
  checkDevice,
  describeDevice,
  formatDevice,
  parseDevice,
  type Device,
} from '../../../../lib/definition/domain/index.js';
import { describeFailure, failureOf } from '../failure.js';

const DISK = "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>";

/** XML, the same typed, and how messages name it. */
const DEVICES: readonly (readonly [string, Device, string])[] = [
  [DISK, { disk: { type: 'block', source: '/dev/sdb', target: 'sda' } }, "<disk> target 'sda'"],
  [
    "<filesystem type='ram'><source usage='64'/><target dir='/tmp'/></filesystem>",
    { filesystem: { type: 'ram', usageKiB: 64, target: '/tmp' } },
    "<filesystem> target '/tmp'",
  ],
  [
    "<hostdev mode='capabilities' type='misc'><source><char>/dev/fuse</char></source></hostdev>",
    { hostdev: { mode: 'capabilities', type: 'misc', char: '/dev/fuse' } },
    "<hostdev type='misc'>",
  ],
  [
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface>",
    { interface: { type: 'bridge', mac: '52:54:00:00:00:01', bridge: 'br0' } },
    "<interface type='bridge'> 52:54:00:00:00:01",
  ],
];

test.each(DEVICES)('%s is parsed, checked and named', (xml, device, name) => {
  expect(parseDevice(xml)).toEqual(device);
  expect(checkDevice(device)).toEqual(device);
  expect(describeDevice(device)).toBe(name);
});

test.each(DEVICES)('%s is printed with its defaults, and means the same again', (xml) => {
  const printed = formatDevice(parseDevice(xml));
  expect(formatDevice(parseDevice(printed, { validate: true }))).toBe(printed);
});

test('a device is printed as in domain XML', () => {
  expect(formatDevice(parseDevice(DISK))).toBe(
    [
      "<disk type='block' device='disk'>",
      "  <source dev='/dev/sdb'/>",
      "  <target dev='sda' bus='scsi'/>",
      "  <address type='drive' controller='0' bus='0' target='0' unit='0'/>",
      '</disk>',
      '',
    ].join('\n'),
  );
});

test('an interface without a MAC address is printed with a random one', () => {
  const nic: Device = { interface: { type: 'bridge', bridge: 'br0' } };
  expect(describeDevice(nic)).toBe("<interface type='bridge'>");
  const generate = { uuid: () => '', mac: () => '52:54:00:00:00:09' };
  expect(formatDevice(nic, generate)).toContain("<mac address='52:54:00:00:00:09'/>");
  expect(formatDevice(nic)).toMatch(/<mac address='52:54:00(:[\da-f]{2}){3}'\/>/u);
});

test('a checked device is a frozen copy', () => {
  const given = { disk: { type: 'block', source: '/dev/sdb', target: 'sda' } };
  const device = checkDevice(given);
  given.disk.target = 'sdb';
  expect(device).toEqual({ disk: { type: 'block', source: '/dev/sdb', target: 'sda' } });
  expect(Object.isFrozen(device)).toBe(true);
});

test.each<[string, unknown]>([
  ['nothing', {}],
  ['two', { disk: { type: 'file' }, hostdev: { mode: 'subsystem', type: 'usb' } }],
  ['another kind', { console: { type: 'pty' } }],
])('a device object with %s is refused', (_, device) => {
  expect(describeFailure(() => checkDevice(device))).toBe(
    'INVALID_ARG device must have one of disk, filesystem, interface, hostdev, and one only',
  );
});

test.each<[string, unknown, string]>([
  ['no object', 'disk', 'INVALID_ARG'],
  ['null', null, 'INVALID_ARG'],
  ['no object inside', { disk: 'sda' }, 'INVALID_ARG'],
  [
    'more than a device',
    { disk: { type: 'block', source: '/dev/sdb', target: 'sda' }, live: true },
    'INVALID_ARG',
  ],
  [
    'an unknown property',
    { disk: { type: 'block', source: '/dev/sdb', target: 'sda', size: 1 } },
    'INVALID_ARG',
  ],
  ['a broken rule', { filesystem: { type: 'mount', source: '/srv', target: 'data' } }, 'XML_ERROR'],
])('a device object that is %s is refused', (_, device, code) => {
  expect(failureOf(() => checkDevice(device)).code).toBe(code);
});

test.each(['attach', 'detach', 'update'] as const)(
  '%s names a device that only comes with its definition',
  (action) => {
    expect(describeFailure(() => parseDevice("<console type='pty'/>", { action }))).toBe(
      `CONFIG_UNSUPPORTED persistent ${action} of device is not supported: <console>`,
    );
    expect(failureOf(() => parseDevice('<graphics/>', { action })).code).toBe('CONFIG_UNSUPPORTED');
  },
);

test.each([
  ['<domain/>', "XML_ERROR unknown device type 'domain'"],
  ["<x:disk xmlns:x='urn:x'/>", "XML_ERROR unknown device type 'x:disk'"],
  ["<disk xmlns='urn:x'/>", "XML_ERROR unknown device type 'disk'"],
])('%s is no device', (xml, failure) => {
  expect(describeFailure(() => parseDevice(xml))).toBe(failure);
});

test('what libvirt does not know is ignored, or refused when asked to', () => {
  const xml = DISK.replace('<target', "<new/><target new='1'");
  expect(parseDevice(xml)).toEqual(parseDevice(DISK));
  expect(failureOf(() => parseDevice(xml, { validate: true })).code).toBe('XML_INVALID_SCHEMA');
});
