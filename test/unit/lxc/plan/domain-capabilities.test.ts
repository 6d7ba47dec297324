/** What domain capabilities list starts, and what they do not list is refused. */
import {
  completeDomain,
  CRASH_ACTIONS,
  LIFECYCLE_ACTIONS,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { FILESYSTEM_TYPES } from '../../../../lib/definition/domain/filesystem/types.js';
import { domainCapabilities } from '../../../../lib/lxc/host/domain-capabilities.js';
import { refuseUnsafe } from '../../../../lib/lxc/plan/refusals.js';
import { refuseUnsupported } from '../../../../lib/lxc/plan/unsupported.js';
import { TEST_DOMAIN_CAPABILITIES } from '../../../../lib/test-driver/host.js';
import { HOST } from '../../definition/documents.js';
import { failureOf } from '../../definition/failure.js';

const listed = domainCapabilities(HOST.arch, {
  host: HOST,
  hierarchies: [{ version: 1, controllers: ['memory', 'devices'], mountPoint: '/v1' }],
});
const { devices, lifecycle } = listed;

function xmlOf(parts: { devices?: string; rest?: string; arch?: string }): string {
  return `<domain type='lxc'><name>web</name><memory>65536</memory>
    <os><type arch='${parts.arch ?? HOST.arch}'>exe</type><init>/bin/sh</init></os>
    <devices><filesystem><source dir='/nowhere'/><target dir='/'/></filesystem>${parts.devices ?? ''}
    <console type='pty'/></devices>${parts.rest ?? ''}</domain>`;
}

function prepareStart(xml: string): void {
  const definition = completeDomain(parseDomain(xml), HOST);
  refuseUnsafe(definition, []);
  refuseUnsupported(definition, HOST);
}

const filesystem = (type: string, source: string): string =>
  xmlOf({ devices: `<filesystem type='${type}'><source ${source}/><target dir='/data'/></filesystem>` });
const FILESYSTEMS: Readonly<Record<(typeof FILESYSTEM_TYPES)[number], string>> = {
  mount: filesystem('mount', "dir='/srv'"),
  bind: filesystem('bind', "dir='/srv'"),
  ram: filesystem('ram', "usage='1' units='MiB'"),
  block: filesystem('block', "dev='/dev/sdb1'"),
  file: filesystem('file', "file='/srv/image'"),
  template: filesystem('template', "name='debian'"),
  volume: filesystem('volume', "pool='p' volume='v'"),
};
const DISKS = {
  block: xmlOf({ devices: "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>" }),
  file: xmlOf({ devices: "<disk type='file'><source file='/srv/image'/><target dev='sda'/></disk>" }),
};
const hostdev = (mode: string, type: string, source: string): string =>
  xmlOf({ devices: `<hostdev mode='${mode}' type='${type}'><source>${source}</source></hostdev>` });
const HOSTDEVS = {
  misc: hostdev('capabilities', 'misc', '<char>/dev/fuse</char>'),
  storage: hostdev('capabilities', 'storage', '<block>/dev/sdb</block>'),
  net: hostdev('capabilities', 'net', '<interface>eth0</interface>'),
  usb: hostdev('subsystem', 'usb', "<address bus='1' device='2'/>"),
};
const CLOCKS = {
  utc: "<clock offset='utc'/>",
  localtime: "<clock offset='localtime'/>",
  timezone: "<clock offset='timezone' timezone='Europe/Berlin'/>",
  variable: "<clock offset='variable' adjustment='60'/>",
  absolute: "<clock offset='absolute' start='1'/>",
};
const LABELS = {
  none: "<seclabel type='none'/>",
  dynamic: "<seclabel type='dynamic' model='selinux'/>",
  static: "<seclabel type='static' model='selinux'><label>a:b:c:s0</label></seclabel>",
};
const rests = (elements: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(elements).map(([value, rest]) => [value, xmlOf({ rest })]);
const actions = (name: string, values: readonly string[]): [string, string][] =>
  values.map((value) => [value, xmlOf({ rest: `<${name}>${value}</${name}>` })]);

/** Every value that can be defined, with a definition that asks for it, and those that are listed. */
const ENUMERATIONS: readonly (readonly [
  string,
  readonly string[],
  readonly (readonly [string, string])[],
])[] = [
  ['filesystem', devices.filesystem.types, Object.entries(FILESYSTEMS)],
  ['clock', listed.clock.offsets, rests(CLOCKS)],
  ['seclabel', listed.securityLabels.types, rests(LABELS)],
  ['on_poweroff', lifecycle.onPoweroff, actions('on_poweroff', LIFECYCLE_ACTIONS)],
  ['on_reboot', lifecycle.onReboot, actions('on_reboot', LIFECYCLE_ACTIONS)],
  ['on_crash', lifecycle.onCrash, actions('on_crash', CRASH_ACTIONS)],
  [
    'capabilities policy',
    listed.features.capabilities.policies,
    rests(
      Object.fromEntries(
        ['default', 'allow', 'deny'].map((policy) => [
          policy,
          `<features><capabilities policy='${policy}'/></features>`,
        ]),
      ),
    ),
  ],
  [
    'architecture',
    listed.os.supported ? [HOST.arch] : [],
    HOST.guestArches.map((arch) => [arch, xmlOf({ arch })]),
  ],
  ['disk', devices.disk.types, Object.entries(DISKS)],
  [
    'interface',
    devices.interface.types,
    [['bridge', xmlOf({ devices: "<interface type='bridge'><source bridge='br0'/></interface>" })]],
  ],
  ['hostdev', devices.hostdev.types, Object.entries(HOSTDEVS)],
];
const CASES = ENUMERATIONS.flatMap(([name, values, all]) =>
  all.map(([value, xml]) => [name, value, values.includes(value), xml] as const),
);

test('every value that is listed has a definition here', () => {
  for (const [, values, all] of ENUMERATIONS) {
    expect(all.map(([value]) => value)).toEqual(expect.arrayContaining([...values]));
  }
});

test.each(CASES)('%s %s, listed: %s, starts as listed', (_name, _value, isListed, xml) => {
  if (isListed)
    expect(() => {
      prepareStart(xml);
    }).not.toThrow();
  else
    expect(
      failureOf(() => {
        prepareStart(xml);
      }),
    ).toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
});

it('the driver for tests lists the same, so that what is tested with it starts here', () => {
  expect({ ...TEST_DOMAIN_CAPABILITIES, path: listed.path }).toEqual(listed);
});
