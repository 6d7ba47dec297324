/** What is told of a definition: its walls, and what of it lowers them. */
import { completeDomain, parseDomain, type CompleteDomain } from '../../../../lib/definition/domain/index.js';
import { securityReport, type SecurityReport } from '../../../../lib/definition/security/index.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64'], emulator: '/controller' };
const ROOT = "<filesystem><source dir='/srv/web'/><target dir='/'/></filesystem>";

interface Parts {
  readonly extensions?: string;
  readonly domain?: string;
  readonly devices?: string;
  readonly init?: string;
}

function define({ extensions = '', domain = '', devices = '', init = '/bin/app' }: Parts): CompleteDomain {
  const own =
    extensions &&
    `<metadata><virtainer:domain xmlns:virtainer='urn:virtainer:domain:1'>${extensions}</virtainer:domain></metadata>`;
  return completeDomain(
    parseDomain(`<domain type='lxc' xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
      <name>web</name><memory unit='MiB'>64</memory>${own}${domain}
      <os><type>exe</type><init>${init}</init></os>
      <devices>${ROOT}${devices}<console type='pty'/></devices></domain>`),
    HOST,
  );
}

function report(parts: Parts): SecurityReport {
  return securityReport(define(parts));
}

describe('without any wish', () => {
  test('nothing is relaxed, and every protection is isolated', () => {
    const { relaxed, isolated, active, protections } = report({});
    expect({ relaxed, isolated, active }).toEqual({ relaxed: [], isolated: true, active: false });
    const { namespaces, ...others } = protections;
    for (const protection of [...Object.values(namespaces), ...Object.values(others)]) {
      expect(protection).toMatchObject({ isolated: true });
    }
  });

  test('it has every namespace and ids of its own, a filter, and the usual limits', () => {
    expect(report({})).toMatchObject({
      kind: 'generic',
      root: { readonly: false, source: '/srv/web' },
      network: { interfaces: [] },
      protections: {
        userNamespace: { mode: 'auto', uids: [] },
        noNewPrivs: { enabled: true },
        seccomp: { profile: 'generic' },
        devices: { extra: [] },
        limits: { pids: 512, memoryKiB: 65_536 },
        hostPaths: { writable: [], readonly: [] },
      },
    });
  });

  test.each([
    ['/sbin/init', 'booted', false],
    ['/bin/app', 'generic', true],
  ])('init %s is of kind %s', (init, kind, noNewPrivs) => {
    expect(report({ init })).toMatchObject({
      kind,
      isolated: true,
      protections: { noNewPrivs: { enabled: noNewPrivs } },
    });
  });
});

type Case = readonly [protection: string, element: string, parts: Parts];

const RELAXATIONS: readonly Case[] = [
  [
    'userNamespace',
    "<virtainer:userNamespace mode='none'>",
    { extensions: "<virtainer:userNamespace mode='none'/>" },
  ],
  [
    'userNamespace',
    "<idmap> start='0' target='0' count='10'",
    {
      domain:
        "<idmap><uid start='0' target='0' count='10'/><gid start='0' target='100000' count='10'/></idmap>",
    },
  ],
  [
    'namespaces',
    "<lxc:sharenet type='netns' value='blue'>",
    { domain: "<lxc:namespace><lxc:sharenet type='netns' value='blue'/></lxc:namespace>" },
  ],
  [
    'namespaces',
    "<lxc:shareipc type='name' value='other'>",
    { domain: "<lxc:namespace><lxc:shareipc type='name' value='other'/></lxc:namespace>" },
  ],
  [
    'capabilities',
    "<capabilities policy='allow'>",
    { domain: "<features><capabilities policy='allow'/></features>" },
  ],
  [
    'capabilities',
    "<capabilities> <sys_admin state='on'>",
    { domain: "<features><capabilities><sys_admin state='on'/></capabilities></features>" },
  ],
  ['noNewPrivs', "<virtainer:noNewPrivs state='off'>", { extensions: "<virtainer:noNewPrivs state='off'/>" }],
  [
    'seccomp',
    "<virtainer:seccomp profile='unconfined'>",
    { extensions: "<virtainer:seccomp profile='unconfined'/>" },
  ],
  [
    'seccomp',
    "<virtainer:seccomp profile='file' file='/etc/filter.json'>",
    { extensions: "<virtainer:seccomp profile='file' file='/etc/filter.json'/>" },
  ],
  [
    'maskedPaths',
    "<virtainer:maskedPaths defaults='no'>",
    { extensions: "<virtainer:maskedPaths defaults='no'/>" },
  ],
  [
    'readonlyPaths',
    "<virtainer:readonlyPaths defaults='no'>",
    { extensions: "<virtainer:readonlyPaths defaults='no'/>" },
  ],
  [
    'devices',
    "<hostdev mode='capabilities' type='misc'>",
    {
      devices: "<hostdev mode='capabilities' type='misc'><source><char>/dev/fuse</char></source></hostdev>",
    },
  ],
  [
    'devices',
    "<disk type='block'> target 'sda'",
    { devices: "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>" },
  ],
  ['labels', "<seclabel type='none'>", { domain: "<seclabel type='none'/>" }],
  ['limits', "<virtainer:pids limit='unlimited'>", { extensions: "<virtainer:pids limit='unlimited'/>" }],
  [
    'limits',
    "<virtainer:rlimit name='memlock'>",
    { extensions: "<virtainer:rlimit name='memlock' soft='1' hard='unlimited'/>" },
  ],
  [
    'hostPaths',
    "<filesystem> target '/data'",
    { devices: "<filesystem><source dir='/srv/data'/><target dir='/data'/></filesystem>" },
  ],
];

describe('a relaxation', () => {
  test.each(RELAXATIONS)('of %s is told with its element %s, and is the only one', (...given) => {
    const [protection, element, parts] = given;
    const { relaxed, isolated, protections } = report(parts);
    expect(relaxed).toEqual([{ protection, element, effect: expect.stringMatching(/^\S.*\S$/u) as unknown }]);
    expect(isolated).toBe(false);
    const { namespaces, ...others } = protections;
    const lowered = Object.keys(others).filter((name) => !others[name as keyof typeof others].isolated);
    expect(lowered).toEqual(protection === 'namespaces' ? [] : [protection]);
    const own = Object.values(namespaces).every((namespace) => namespace.isolated);
    expect(own).toBe(protection !== 'namespaces');
  });

  test('of a namespace is told at the namespace', () => {
    const { protections } = report({
      domain: "<lxc:namespace><lxc:shareuts type='pid' value='12'/></lxc:namespace>",
    });
    expect(protections.namespaces.uts).toEqual({ isolated: false, sharedWith: { type: 'pid', value: '12' } });
    expect(protections.namespaces.ipc).toEqual({ isolated: true });
  });

  test('has an effect that names what it is about', () => {
    const effects = RELAXATIONS.map(([, , parts]) => report(parts).relaxed[0]?.effect);
    expect(effects).toContain("it has the host's /dev/fuse");
    expect(effects).toContain("it reads and writes the host's /dev/sdb");
    expect(effects).toContain("it changes the host's /srv/data");
    expect(effects).toContain('its root also has sys_admin');
  });
});

test.each([
  ['fewer capabilities', { domain: "<features><capabilities policy='deny'/></features>" }],
  ['fewer processes', { extensions: "<virtainer:pids limit='10'/>" }],
  [
    'more masks',
    { extensions: '<virtainer:maskedPaths><virtainer:path>/opt</virtainer:path></virtainer:maskedPaths>' },
  ],
  [
    'a host directory to read',
    { devices: "<filesystem><source dir='/srv/data'/><target dir='/data'/><readonly/></filesystem>" },
  ],
  [
    'an <idmap> to other ids',
    {
      domain:
        "<idmap><uid start='0' target='100000' count='10'/><gid start='0' target='100000' count='10'/></idmap>",
    },
  ],
  ['an interface', { devices: "<interface type='bridge'><source bridge='br0'/></interface>" }],
])('%s: no relaxation', (_name, parts: Parts) => {
  expect(report(parts).relaxed).toEqual([]);
});

describe('of a running container', () => {
  const map = (target: number, count: number) => {
    const entry = [{ start: 0, target, count }];
    return { uids: entry, gids: entry };
  };

  test('the ids are those that the kernel has', () => {
    const { active, protections } = securityReport(define({}), { live: map(600_000, 65_536) });
    expect(active).toBe(true);
    expect(protections.userNamespace).toEqual({
      isolated: true,
      mode: 'auto',
      ...map(600_000, 65_536),
    });
  });

  test('in the host’s own user namespace is not isolated, whatever was asked for', () => {
    const { isolated, protections } = securityReport(define({}), { live: map(0, 2 ** 32 - 1) });
    expect(isolated).toBe(false);
    expect(protections.userNamespace).toEqual({ isolated: false, mode: 'none', uids: [], gids: [] });
  });

  test('the kind is that found out by looking into its root', () => {
    expect(securityReport(define({}), { kind: 'booted' })).toMatchObject({ kind: 'booted', isolated: true });
  });
});
