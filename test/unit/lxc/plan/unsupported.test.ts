/** What this version can't start is refused by name, before anything is touched. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeDomain, parseDomain, type CompleteDomain } from '../../../../lib/definition/domain/index.js';
import { open, type Connection } from '../../../../lib/index.js';
import { hostFacts } from '../../../../lib/lxc/host/facts.js';
import { refuseUnsupported, UNSUPPORTED } from '../../../../lib/lxc/plan/unsupported.js';
import { HOST } from '../../definition/documents.js';
import { failureOf } from '../../definition/failure.js';

const ROOT = "<filesystem><source dir='/nowhere/at/all'/><target dir='/'/></filesystem>";
const FOREIGN = hostFacts().guestArches[1] ?? 'i686';

interface Parts {
  readonly os?: string;
  readonly type?: string;
  readonly devices?: string;
  readonly rest?: string;
}

/** The root is missing, so that what is not refused can't start either. */
function xmlOf({ os = '', type = '<type>exe</type>', devices = '', rest = '' }: Parts): string {
  return `<domain type='lxc' xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
    <name>web</name><memory>65536</memory><os>${type}<init>/bin/sh</init>${os}</os>
    <devices>${ROOT}${devices}<console type='pty'/></devices>${rest}</domain>`;
}

const memtune = (name: string): Parts => ({ rest: `<memtune><${name}>2048</${name}></memtune>` });
const own = (element: string): Parts => ({
  rest: `<metadata><v:domain xmlns:v='urn:virtainer:domain:1'>${element}</v:domain></metadata>`,
});
const filesystem = (attributes: string, source: string): Parts => ({
  devices: `<filesystem ${attributes}><source ${source}/><target dir='/data'/></filesystem>`,
});

/** For each row of the table a definition that asks for it, and how the error names it. */
const ASKED: Readonly<Record<string, readonly (readonly [Parts, string])[]>> = {
  'memtune/min_guarantee': [[memtune('min_guarantee'), '<memtune> min_guarantee']],
  'memtune/swap_hard_limit': [
    [memtune('swap_hard_limit'), '<memtune> swap_hard_limit of 2048 KiB, below the memory'],
  ],
  'vcpu@placement': [[{ rest: "<vcpu placement='auto'>2</vcpu>" }, "<vcpu placement='auto'>"]],
  'numatune/memory@placement': [
    [
      { rest: "<vcpu cpuset='0'>1</vcpu><numatune><memory placement='auto'/></numatune>" },
      "<numatune> memory placement='auto'",
    ],
  ],
  'os/type@arch': [[{ type: `<type arch='${FOREIGN}'>exe</type>` }, `<type arch='${FOREIGN}'>`]],
  'clock@offset': [
    [{ rest: "<clock offset='timezone' timezone='Europe/Berlin'/>" }, "<clock offset='timezone'>"],
    [{ rest: "<clock offset='variable' adjustment='60'/>" }, "<clock offset='variable'>"],
    [{ rest: "<clock offset='absolute' start='1'/>" }, "<clock offset='absolute'>"],
  ],
  'clock/timer': [
    [
      { rest: "<clock offset='localtime'><timer name='rtc'/></clock>" },
      "<clock offset='localtime'>: timer 'rtc'",
    ],
  ],
  'devices/disk@type': [
    [
      { devices: "<disk type='file'><source file='/srv/image'/><target dev='sda'/></disk>" },
      "<disk type='file'> target 'sda'",
    ],
    [
      { devices: "<disk type='block' device='cdrom'><target dev='hda'/></disk>" },
      "<disk type='file'> target 'hda'",
    ],
  ],
  'devices/filesystem@type': [
    [filesystem("type='block'", "dev='/dev/sdb1'"), "<filesystem type='block'> target '/data'"],
    [filesystem("type='file'", "file='/srv/image'"), "<filesystem type='file'> target '/data'"],
    [filesystem("type='template'", "name='debian'"), "<filesystem type='template'> target '/data'"],
    [filesystem("type='volume'", "pool='p' volume='v'"), "<filesystem type='volume'> target '/data'"],
  ],
  'devices/interface': [
    [{ devices: "<interface type='bridge'><source bridge='br0'/></interface>" }, "<interface type='bridge'>"],
  ],
  'devices/hostdev@type': [
    [
      {
        devices:
          "<hostdev mode='capabilities' type='net'><source><interface>eth0</interface></source></hostdev>",
      },
      "<hostdev type='net'>",
    ],
    [
      {
        devices:
          "<hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>",
      },
      "<hostdev type='usb'>",
    ],
  ],
  ...Object.fromEntries(
    [
      '<v:reaper/>',
      "<v:restart policy='always'/>",
      '<v:health><v:arg>/bin/true</v:arg></v:health>',
      "<v:image reference='docker.io/library/debian:12'/>",
      "<v:port hostPort='8080' containerPort='80'/>",
    ].map((element) => {
      const name = /^<v:(\w+)/u.exec(element)?.[1] ?? '';
      return [
        `metadata/virtainer:domain/virtainer:${name}`,
        [[own(element), `<virtainer:${name}>`]] as const,
      ];
    }),
  ),
};
const CASES = Object.entries(ASKED).flatMap(([element, asked]) =>
  asked.map(([parts, name]) => [element, name, xmlOf(parts)] as const),
);

test('every row of the table has a definition here', () => {
  expect(Object.keys(ASKED).sort()).toEqual(UNSUPPORTED.map(({ element }) => element).sort());
});

test.each(CASES)('%s: %s is found by its own row', (element, name, xml) => {
  const host = { ...HOST, ...hostFacts() };
  const row = UNSUPPORTED.find((candidate) => candidate.element === element);
  expect(row?.find(completeDomain(parseDomain(xml), host), host)).toBe(name);
  expect(row?.hint).toMatch(/^[a-z]/u);
});

test.each<[string, Parts]>([
  ['nothing special', {}],
  ['a clock in local time', { rest: "<clock offset='localtime'/>" }],
  [
    'a timer that is not there',
    { rest: "<clock offset='localtime'><timer name='rtc' present='no'/></clock>" },
  ],
  ['a timer of a clock in UTC', { rest: "<clock offset='utc'><timer name='rtc'/></clock>" }],
  [
    'a map of ids',
    {
      rest:
        "<idmap><uid start='0' target='1000' count='10'/>" +
        "<gid start='0' target='1000' count='10'/></idmap>",
    },
  ],
  ['a shared namespace', { rest: "<lxc:namespace><lxc:sharenet type='pid' value='1'/></lxc:namespace>" }],
  ['a label', { rest: "<seclabel type='dynamic' model='selinux'/>" }],
  ['a security profile', own("<v:security kind='chroot'/>")],
  ['no user namespace', own("<v:userNamespace mode='none'/>")],
  ['a filter of system calls', own("<v:seccomp profile='default'/>")],
  ['limits of processes', own("<v:pids limit='10'/><v:rlimit name='nofile' soft='10' hard='10'/>")],
  ['no label', { rest: "<seclabel type='none'/>" }],
  ['no security module', { rest: "<seclabel model='none'/>" }],
  ['a command line', { os: '<cmdline>quiet</cmdline>' }],
  ['memory backing', { rest: '<memoryBacking><locked/></memoryBacking>' }],
  ['pinned virtual CPUs', { rest: "<cputune><vcpupin vcpu='0' cpuset='0'/></cputune>" }],
  ['a CPU model, power management and events', { rest: "<cpu mode='host-model'/><pm/><perf/>" }],
  ['a virtual machine’s features', { rest: '<features><acpi/><pae/></features>' }],
  ['a screen', { devices: "<graphics type='vnc'/><video><model type='vga'/></video>" }],
  ['modes and limits of a file system', filesystem("accessmode='mapped' fmode='644'", "dir='/srv'")],
  ['a block device', { devices: "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>" }],
  [
    'a character device',
    { devices: "<hostdev mode='capabilities' type='misc'><source><char>/dev/fuse</char></source></hostdev>" },
  ],
  ['a tmpfs', filesystem("type='ram'", "usage='10'")],
])('%s is not refused', (_, parts) => {
  const definition: CompleteDomain = completeDomain(parseDomain(xmlOf(parts)), HOST);
  expect(UNSUPPORTED.filter(({ find }) => find(definition, HOST) !== undefined)).toEqual([]);
  refuseUnsupported(definition, HOST);
  expect(definition.devices.filesystems.map(({ type }) => type)).not.toContain('block');
});

test('the error says what was asked for, that it is not supported, and what to do', () => {
  const definition: CompleteDomain = completeDomain(parseDomain(xmlOf(memtune('min_guarantee'))), HOST);
  expect(
    failureOf(() => {
      refuseUnsupported(definition, HOST);
    }),
  ).toMatchObject({
    code: 'CONFIG_UNSUPPORTED',
    message: '<memtune> min_guarantee: not supported by this version: the container would run without it',
    hint: 'remove <min_guarantee>: nothing can guarantee memory to a container',
  });
});

const isRoot = process.getuid?.() === 0;
(isRoot ? describe : describe.skip)(`a start${isRoot ? '' : ' (skipped: needs root)'}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'virtainer-test-'));
  let connection: Connection;
  beforeAll(async () => {
    connection = await open(`lxc:///embed?root=${directory}`);
  });
  afterAll(async () => {
    await connection.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const cases = CASES.filter(([element]) => element !== 'os/type@arch' || hostFacts().guestArches[1]);
  test.each(cases)('with %s is refused: %s', async (_, name, xml) => {
    const refused = {
      code: 'CONFIG_UNSUPPORTED',
      codeNumber: 67,
      message: expect.stringContaining(name) as unknown,
    };
    await expect(connection.createDomain(xml)).rejects.toMatchObject(refused);
    expect(await connection.listAllDomains()).toEqual([]);
    const domain = await connection.defineDomain(xml);
    await expect(domain.create()).rejects.toMatchObject(refused);
    expect(await domain.getState()).toEqual({ state: 'shutoff', reason: 'unknown' });
    await domain.undefine();
    expect(readdirSync(join(directory, 'run')).filter((entry) => entry.length === 36)).toEqual([]);
  });
});
