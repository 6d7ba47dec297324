/** Labels put on a container's files: where never, how without following links, and put back afterwards. */
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { completeDomain, parseDomain } from '../../../../../lib/definition/domain/index.js';
import { native, O_PATH } from '../../../../../lib/lxc/native.js';
import { prepareLabel } from '../../../../../lib/lxc/security/label/index.js';
import { readLabel } from '../../../../../lib/lxc/security/label/relabel/labels.js';
import { relabel, restoreStale } from '../../../../../lib/lxc/security/label/relabel/relabel.js';
import { relabelTargets } from '../../../../../lib/lxc/security/label/relabel/targets.js';
import { HOST } from '../../../definition/documents.js';
import { failureOf } from '../../../definition/failure.js';
import { SELINUX, useLabelHosts } from './fake-label-host.js';

const LABEL = 'system_u:object_r:svirt_sandbox_file_t:s0:c1,c2';

function withFd<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
const labelOf = (path: string): string | null => withFd(path, readLabel);
const label = (path: string, text: string): void => {
  withFd(path, (fd) => {
    native().setXattr(fd, 'security.selinux', Buffer.from(`${text}\0`));
  });
};

/** The attribute can be had without the module, on a file system that keeps it, by root. */
function canLabel(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'virtainer-label-'));
  try {
    label(probe, 'x');
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
}
const needsLabels = canLabel() ? describe : describe.skip;

function domainOf(filesystems: string, seclabel = ''): ReturnType<typeof completeDomain> {
  return completeDomain(
    parseDomain(`<domain type='lxc'><name>web</name><memory>1024</memory><os><type>exe</type><init>/bin/sh</init></os>
      <devices>${filesystems}</devices>${seclabel}</domain>`),
    HOST,
  );
}
const filesystem = (source: string, target: string, rest = ''): string =>
  `<filesystem><source dir='${source}'/><target dir='${target}'/>${rest}</filesystem>`;

describe('what may be labelled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'virtainer-label-'));
  for (const name of ['root/data', 'volume']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync('/usr', join(folder, 'usr-link'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('the root, and sources that can be written to, once each', () => {
    const root = filesystem(`${folder}/root`, '/');
    const rest = [
      filesystem(`${folder}/volume`, '/a'),
      filesystem(`${folder}/volume`, '/b'),
      filesystem(`${folder}/root/data`, '/inside'),
      filesystem('/usr', '/host', '<readonly/>'),
    ].join('');
    expect(relabelTargets(domainOf(root + rest)).map(({ path }) => path)).toEqual([
      `${folder}/root`,
      `${folder}/volume`,
    ]);
    expect(relabelTargets(domainOf(filesystem(`${folder}/root`, '/', '<readonly/>')))).toHaveLength(1);
  });

  test.each([
    '/', '/usr', '/usr/share', '/etc', '/etc/ssl', '/bin', '/sbin', '/lib', '/boot', '/dev', '/dev/shm', '/proc', '/proc/self', '/sys',
    '/run', '/root', '/home', '/tmp', '/var', '/var/lib', '/var/log', '/srv', '/opt', '/mnt', '//usr/', 
    join(folder, 'usr-link'), join(folder, 'usr-link/lib'),
  ])('A-102: not %s', (source) => {
    if (!existsSync(source)) return;
    expect(failureOf(() => relabelTargets(domainOf(filesystem(source, '/data'))))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: expect.stringContaining("<filesystem> target '/data'") as unknown,
      hint: expect.stringContaining("relabel='no'") as unknown,
    });
  }); // prettier-ignore

  test('a source that is missing is named', () => {
    expect(failureOf(() => relabelTargets(domainOf(filesystem('/nowhere/at/all', '/'))))).toMatchObject({
      errno: 'ENOENT',
    });
  });
});

needsLabels('a labelled tree', () => {
  const host = useLabelHosts();
  const folders: string[] = [];
  const tree = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'virtainer-label-'));
    folders.push(folder);
    const root = join(folder, 'tree');
    mkdirSync(join(root, 'sub/deep'), { recursive: true });
    for (const name of ['file', 'sub/one', 'sub/deep/two']) writeFileSync(join(root, name), '');
    mkdirSync(join(folder, 'host'));
    writeFileSync(join(folder, 'host/secret'), '');
    for (const path of ['.', 'sub', 'file', 'sub/one', 'sub/deep', 'sub/deep/two'])
      label(join(root, path), 'old');
    label(join(root, 'sub/one'), 'special');
    for (const path of ['host', 'host/secret']) label(join(folder, path), 'host');
    return root;
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const target = (path: string): { path: string; element: string } => ({ path, element: '<filesystem>' });

  test('has the label everywhere, and each old one again afterwards', async () => {
    const fake = host(SELINUX);
    const root = tree();
    const done = await relabel(fake, [target(root)], LABEL);
    for (const path of ['.', 'sub', 'file', 'sub/one', 'sub/deep/two'])
      expect(labelOf(join(root, path))).toBe(LABEL);
    writeFileSync(join(root, 'sub/made'), '');
    label(join(root, 'sub/made'), LABEL);
    label(join(root, 'file'), 'changed meanwhile');
    await done.undo();
    const labels = ['.', 'sub', 'file', 'sub/one', 'sub/deep', 'sub/deep/two', 'sub/made'].map((path) =>
      labelOf(join(root, path)),
    );
    expect(labels).toEqual(['old', 'old', 'changed meanwhile', 'special', 'old', 'old', 'old']);
    expect(readdirSync(`${fake.registry}/relabel`)).toEqual(['claiming']);
  });

  test('files that had none have none again', async () => {
    const fake = host(SELINUX);
    const root = tree();
    withFd(join(root, 'sub/deep'), (fd) => {
      native().removeXattr(fd, 'security.selinux');
    });
    const done = await relabel(fake, [target(root)], LABEL);
    await done.undo();
    expect(labelOf(join(root, 'sub/deep'))).toBeNull();
    expect(labelOf(join(root, 'sub/deep/two'))).toBe('old');
  });

  test('links are not followed, and files with a name outside are left', async () => {
    const root = tree();
    const outside = join(dirname(root), 'host');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync('../../host/secret', join(root, 'sub/link'));
    linkSync(join(outside, 'secret'), join(root, 'hard'));
    linkSync(join(root, 'file'), join(root, 'sub/also'));
    const done = await relabel(host(SELINUX), [target(root)], LABEL);
    expect([labelOf(outside), labelOf(join(outside, 'secret')), labelOf(join(root, 'hard'))]).toEqual([
      'host',
      'host',
      'host',
    ]);
    expect([labelOf(join(root, 'file')), labelOf(join(root, 'link'))]).toEqual([LABEL, LABEL]);
    await done.undo();
    expect(labelOf(join(root, 'sub/also'))).toBe('old');
  });

  test('a directory that becomes a link while the tree is walked leads nowhere', async () => {
    const root = tree();
    const outside = join(dirname(root), 'host');
    for (let count = 0; count < 300; count++) mkdirSync(join(root, `many/${count}`), { recursive: true });
    let swaps = 0;
    const swapping = setInterval(() => {
      swaps++;
      renameSync(join(root, 'sub'), join(root, 'away'));
      symlinkSync(outside, join(root, 'sub'));
      rmSync(join(root, 'sub'));
      renameSync(join(root, 'away'), join(root, 'sub'));
    }, 0);
    for (let round = 0; round < 10; round++)
      await (await relabel(host(SELINUX), [target(root)], LABEL)).undo();
    clearInterval(swapping);
    expect(swaps).toBeGreaterThan(0);
    expect([labelOf(outside), labelOf(join(outside, 'secret'))]).toEqual(['host', 'host']);
  });

  test('is one container at a time, with what is in it and what it is in', async () => {
    const fake = host(SELINUX);
    const root = tree();
    const done = await relabel(fake, [target(join(root, 'sub'))], LABEL);
    for (const path of [root, join(root, 'sub'), join(root, 'sub/deep')]) {
      await expect(relabel(fake, [target(path)], 'other')).rejects.toMatchObject({ code: 'RESOURCE_BUSY' });
    }
    expect([labelOf(root), labelOf(join(root, 'sub/deep'))]).toEqual(['old', LABEL]);
    const beside = await relabel(fake, [target(tree())], 'other');
    await beside.undo();
    await done.undo();
  });

  test('a failure gives back what was labelled before it', async () => {
    const fake = host(SELINUX);
    const root = tree();
    await expect(relabel(fake, [target(root), target('/nowhere/at/all')], LABEL)).rejects.toMatchObject({
      errno: 'ENOENT',
    });
    expect([labelOf(root), labelOf(join(root, 'sub/one'))]).toEqual(['old', 'special']);
    expect(readdirSync(`${fake.registry}/relabel`)).toEqual(['claiming']);
  });

  test('of a container that is gone is restored by whoever looks next', async () => {
    const fake = host(SELINUX);
    const [root, other] = [tree(), tree()];
    const gone = await relabel(fake, [target(root)], LABEL);
    await restoreStale(fake);
    expect(labelOf(root)).toBe(LABEL);
    for (const lock of gone.locks) lock.release();
    await (await relabel(fake, [target(other)], LABEL)).undo();
    expect([labelOf(root), labelOf(join(root, 'sub/one'))]).toEqual(['old', 'special']);
  });

  test('whose path is another directory by now is left alone', async () => {
    const fake = host(SELINUX);
    const root = tree();
    const done = await relabel(fake, [target(root)], LABEL);
    renameSync(root, `${root}.moved`);
    mkdirSync(root);
    label(root, LABEL);
    await done.undo();
    expect(labelOf(root)).toBe(LABEL);
  });

  test("only <seclabel relabel='yes'> of type static asks for it", async () => {
    const fake = host(SELINUX);
    const root = tree();
    const start = (seclabel: string): ReturnType<typeof prepareLabel> =>
      prepareLabel(fake, domainOf(filesystem(root, '/'), seclabel), 'generic');
    const text = '<label>a:b:c:s0:c1,c2</label></seclabel>';
    for (const quiet of ["<seclabel model='selinux'/>", `<seclabel type='static' model='selinux'>${text}`]) {
      const prepared = await start(quiet);
      expect(labelOf(root)).toBe('old');
      await prepared.undo();
    }
    const prepared = await start(`<seclabel type='static' model='selinux' relabel='yes'>${text}`);
    expect(labelOf(root)).toBe(LABEL);
    expect(prepared.fds).toHaveLength(2);
    await prepared.undo();
    expect(labelOf(root)).toBe('old');
    await expect(
      prepareLabel(
        fake,
        domainOf(filesystem('/usr', '/'), `<seclabel type='static' model='selinux' relabel='yes'>${text}`),
        'generic',
      ),
    ).rejects.toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([]);
  });
});
