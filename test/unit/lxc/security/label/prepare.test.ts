/** Which label a container gets on which host, and what a start has to do with it. */
import { existsSync, fstatSync, readdirSync } from 'node:fs';
import {
  completeDomain,
  formatDomain,
  parseDomain,
  type CompleteDomain,
} from '../../../../../lib/definition/domain/index.js';
import {
  execLabelOf,
  prepareLabel,
  readProcessLabels,
  releaseLabel,
  sweepLabels,
  takesContext,
} from '../../../../../lib/lxc/security/label/index.js';
import { openRegistry } from '../../../../../lib/lxc/security/label/registry.js';
import { domainXml, HOST } from '../../../definition/documents.js';
import { useHosts } from '../../host/fake-host.js';
import { APPARMOR, SELINUX, useLabelHosts } from './fake-label-host.js';

const define = (rest = ''): CompleteDomain => completeDomain(parseDomain(domainXml({ rest })), HOST);
const STATIC = "<seclabel type='static' model='selinux'><label>a:b:c:s0:c1,c2</label></seclabel>";

describe('prepareLabel()', () => {
  const host = useLabelHosts();

  test('does nothing on a host that labels nothing', async () => {
    const fake = host({});
    const prepared = await prepareLabel(fake, define(), 'generic');
    expect(prepared).toMatchObject({ fds: [], seclabels: undefined });
    expect(prepared.execLabel).toBeUndefined();
    expect(prepared.mountContext).toBeUndefined();
    expect(existsSync(fake.registry)).toBe(false);
    await prepared.undo();
    prepared.release();
  });

  test.each([
    ["<seclabel type='dynamic' model='selinux'/>", "<seclabel type='dynamic' model='selinux'>"],
    ["<seclabel type='dynamic'/>", "<seclabel type='dynamic'>"],
    [STATIC, "<seclabel type='static' model='selinux'>"],
    [STATIC.replaceAll('selinux', 'apparmor'), "<seclabel type='static' model='apparmor'>"],
    ["<seclabel model='dac'/>", "<seclabel type='dynamic' model='dac'>"],
  ])('A-104: %s on a host without that module is refused', async (xml, named) => {
    await expect(prepareLabel(host({}), define(xml), 'generic')).rejects.toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      domain: 'SECURITY',
      message: expect.stringContaining(named) as unknown,
      hint: expect.stringContaining("<seclabel type='none'/>") as unknown,
    });
  });

  test('A-104: a label of the module that this host does not have is refused', async () => {
    const asked = prepareLabel(host(APPARMOR), define(STATIC), 'generic');
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining('this host has apparmor') as unknown,
    });
  });

  test('a kernel that lists SELinux and has no policy labels nothing', async () => {
    const fake = host({
      'sys/kernel/security/lsm': 'capability,selinux',
      'etc/selinux/config': 'SELINUX=disabled',
    });
    expect((await prepareLabel(fake, define(), 'generic')).execLabel).toBeUndefined();
  });

  test.each([
    ['selinux', SELINUX],
    ['apparmor', APPARMOR],
  ] as const)('without <seclabel> a host with %s makes a label', async (module, files) => {
    const fake = host(files);
    const prepared = await prepareLabel(fake, define(), 'booted');
    expect(prepared.execLabel?.module).toBe(module);
    expect(prepared.seclabels).toEqual([expect.objectContaining({ type: 'dynamic', model: module })]);
    expect(prepared.mountContext === undefined).toBe(module === 'apparmor');
    expect(prepared.fds.every((fd) => fstatSync(fd).isFile())).toBe(true);
    expect(prepared.fds).toHaveLength(1);
    expect(prepared.removeFiles.map((file) => existsSync(file))).toEqual([true]);
    expect(prepared.removeProfile).toBe(module === 'apparmor' ? prepared.execLabel?.label : undefined);
    await prepared.undo();
  });

  test.each([
    ["<seclabel type='none'/>", undefined],
    ["<seclabel type='none' model='selinux'/>", undefined],
    ["<seclabel type='none' model='apparmor'/>", 'selinux'],
    ["<seclabel type='none' model='apparmor'/><seclabel model='selinux'/>", 'selinux'],
  ])('%s on a host with SELinux', async (xml, module) => {
    const prepared = await prepareLabel(host(SELINUX), define(xml), 'generic');
    expect(prepared.execLabel?.module).toBe(module);
    await prepared.undo();
  });

  test('a label is that of one module', async () => {
    const fake = host({ ...SELINUX, ...APPARMOR });
    const both = "<seclabel model='selinux'/><seclabel model='apparmor'/>";
    await expect(prepareLabel(fake, define(both), 'generic')).rejects.toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
    });
    const prepared = await prepareLabel(fake, define("<seclabel type='none' model='selinux'/>"), 'generic');
    expect(prepared.execLabel?.module).toBe('apparmor');
    await prepared.undo();
  });

  test('the live definition prints label and image label as libvirt does', async () => {
    const definition = define("<seclabel model='selinux'><baselabel>x:y:my_t:s0</baselabel></seclabel>");
    const prepared = await prepareLabel(host(SELINUX), definition, 'generic');
    const label = prepared.execLabel?.label ?? '';
    const live = { ...definition, seclabels: prepared.seclabels ?? [] };
    expect(formatDomain(live)).toContain(
      [
        "  <seclabel type='dynamic' model='selinux' relabel='yes'>",
        `    <label>${label}</label>`,
        `    <imagelabel>${prepared.mountContext}</imagelabel>`,
        '    <baselabel>x:y:my_t:s0</baselabel>',
        '  </seclabel>',
      ].join('\n'),
    );
    expect(execLabelOf(live)).toEqual(prepared.execLabel);
    expect(execLabelOf(definition)).toBeUndefined();
    await prepared.undo();
  });

  test('the definition itself is not changed, and the next start has another pair', async () => {
    const fake = host(SELINUX);
    const definition = define("<seclabel model='selinux'/>");
    const before = JSON.stringify(definition);
    const one = await prepareLabel(fake, definition, 'generic');
    const other = await prepareLabel(fake, definition, 'generic');
    expect(other.execLabel?.label).not.toBe(one.execLabel?.label);
    expect(JSON.stringify(definition)).toBe(before);
    await Promise.all([one.undo(), other.undo()]);
  });

  test('a file system gets its label by mounting only where the kernel allows that', () => {
    expect(['tmpfs', 'devpts', 'proc', 'sysfs', 'mqueue', 'cgroup2'].filter(takesContext)).toEqual([
      'tmpfs',
      'devpts',
    ]);
  });
});

describe('the end of a label', () => {
  const host = useLabelHosts();

  test('releaseLabel() takes back what a container has left, and nothing while it runs', async () => {
    const fake = host(SELINUX);
    const prepared = await prepareLabel(fake, define(), 'generic');
    const live = { seclabels: prepared.seclabels ?? [] };
    await releaseLabel(fake, live);
    expect(readdirSync(`${fake.registry}/mcs`)).toHaveLength(1);
    prepared.release();
    await releaseLabel(fake, live);
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([]);
    await releaseLabel(fake, {});
  });

  test('a name that others hold open by a copy of the descriptor stays reserved', async () => {
    const fake = host(SELINUX);
    const prepared = await prepareLabel(fake, define(), 'generic');
    const pair = /c\d+,c\d+$/u.exec(prepared.execLabel?.label ?? '')?.[0] ?? '';
    expect(openRegistry(fake.registry, 'mcs').tryAcquire(pair)).toBeUndefined();
    await prepared.undo();
  });

  test('sweepLabels() removes the profiles of containers that ended unwatched', async () => {
    const fake = host(APPARMOR);
    const running = await prepareLabel(fake, define(), 'generic');
    (await prepareLabel(fake, define(), 'generic')).release();
    expect(fake.loaded.size).toBe(3);
    await sweepLabels(fake);
    expect([...fake.loaded.keys()]).toEqual(['docker-default', running.execLabel?.label]);
    await running.undo();
    await sweepLabels(host({}));
  });
});

describe('readProcessLabels()', () => {
  const make = useHosts();
  const read = (files: Record<string, string>): ReturnType<typeof readProcessLabels> =>
    readProcessLabels(make(files).tree, 42);

  test('SELinux: the context, enforcing or not', async () => {
    const files = { ...SELINUX, 'proc/42/attr/current': 'a:b:c:s0:c1,c2\0' };
    expect(await read(files)).toEqual([{ label: 'a:b:c:s0:c1,c2', enforcing: true }]);
    expect(await read({ ...files, 'sys/fs/selinux/enforce': '0' })).toMatchObject([{ enforcing: false }]);
  });

  test('AppArmor: the profile and its mode, of the kernel before 5.8 too', async () => {
    expect(await read({ ...APPARMOR, 'proc/42/attr/apparmor/current': 'a b (enforce)\n' })).toEqual([
      { label: 'a b', enforcing: true },
    ]);
    expect(await read({ ...APPARMOR, 'proc/42/attr/current': 'p (complain)\n' })).toEqual([
      { label: 'p', enforcing: false },
    ]);
    expect(await read({ ...APPARMOR, 'proc/42/attr/current': 'unconfined\n' })).toEqual([
      { label: 'unconfined', enforcing: false },
    ]);
  });

  test('none on a host that labels nothing, and of a process that is gone', async () => {
    expect(await read({ 'proc/42/attr/current': 'x' })).toEqual([]);
    expect(await read(SELINUX)).toEqual([]);
  });
});
