/** What is told of a definition: its walls, and what of it lowers them. */
import { securityReport } from '../../../../lib/definition/security/index.js';
import { define, report, type Parts } from './reporting.js';

describe('without any wish', () => {
  test('nothing is relaxed, and every protection is isolated but for a label, which may not come', () => {
    const { relaxed, isolated, active, protections } = report({});
    expect({ relaxed, isolated, active }).toEqual({ relaxed: [], isolated: true, active: false });
    const { namespaces, labels, ...others } = protections;
    expect(labels).toEqual({ isolated: false, labels: [] });
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
    'limits',
    "<virtainer:rlimit name='core'>",
    { extensions: "<virtainer:rlimit name='core' soft='unlimited' hard='unlimited'/>" },
  ],
  [
    'limits',
    "<virtainer:rlimit name='rtprio'>",
    { extensions: "<virtainer:rlimit name='rtprio' soft='0' hard='99'/>" },
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
    const expected = protection === 'namespaces' ? [] : [protection];
    // Nobody has asked for a label, so that there may be none.
    expect(new Set(lowered)).toEqual(new Set([...expected, 'labels']));
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

test('a soft limit alone is told, too', () => {
  const { relaxed } = report({ extensions: "<virtainer:rlimit name='nofile' soft='2048' hard='4096'/>" });
  expect(relaxed).toEqual([
    {
      protection: 'limits',
      element: "<virtainer:rlimit name='nofile'>",
      effect: 'its processes begin with a limit of 2048',
    },
  ]);
});

test.each([
  ["<seclabel type='dynamic' model='selinux'/>", true],
  ["<seclabel type='static' model='apparmor'><label>web</label></seclabel>", true],
  ["<seclabel type='static' model='apparmor'><label>unconfined</label></seclabel>", false],
  ["<seclabel type='none'/>", false],
])('with %s the label is isolated: %s', (domain, isolated) => {
  expect(report({ domain }).protections.labels.isolated).toBe(isolated);
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
    return { uids: entry, gids: entry, labels: [] };
  };

  test('the ids are those that the kernel has', () => {
    const { active, protections } = securityReport(define({}), { live: map(600_000, 65_536) });
    expect(active).toBe(true);
    expect(protections.userNamespace).toEqual({
      isolated: true,
      mode: 'auto',
      uids: [{ start: 0, target: 600_000, count: 65_536 }],
      gids: [{ start: 0, target: 600_000, count: 65_536 }],
    });
  });

  test('in the host’s own user namespace is not isolated, whatever was asked for', () => {
    const { isolated, protections } = securityReport(define({}), { live: map(0, 2 ** 32 - 1) });
    expect(isolated).toBe(false);
    expect(protections.userNamespace).toEqual({ isolated: false, mode: 'none', uids: [], gids: [] });
  });

  test.each([
    ['of its definition', 'web', true, true],
    ['that is not enforced', 'web', false, false],
    ['of another', 'unconfined', true, false],
  ])('with a label %s', (_name, label, enforcing, isolated) => {
    const definition = define({
      domain: "<seclabel type='static' model='apparmor'><label>web</label></seclabel>",
    });
    const live = { ...map(600_000, 65_536), labels: [{ label, enforcing }] };
    expect(securityReport(definition, { live }).protections.labels).toMatchObject({
      isolated,
      live: live.labels,
    });
  });

  test('on a host that labels nothing has no label', () => {
    const { labels } = securityReport(define({}), { live: map(600_000, 65_536) }).protections;
    expect(labels).toEqual({ isolated: false, labels: [], live: [] });
  });

  test('the kind is that found out by looking into its root', () => {
    expect(securityReport(define({}), { kind: 'booted' })).toMatchObject({ kind: 'booted', isolated: true });
  });
});
