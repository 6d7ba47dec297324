/** Names of units, and where the groups of a scope are. Making one is tested in test/system/systemd.test.ts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectScope, findScope } from '../../../../lib/lxc/cgroup/systemd/layout.js';
import { isSystemdHost } from '../../../../lib/lxc/cgroup/systemd/detect.js';
import { escapeUnitName, scopeName, sliceName, slicePath } from '../../../../lib/lxc/cgroup/systemd/names.js';
import { uniqueName } from '../../../../lib/lxc/cgroup/layout.js';

// From libvirt's virsystemdtest, but for the first and the empty ones.
test.each([
  [undefined, 'machine.slice'],
  ['/machine', 'machine.slice'],
  ['/machine/production', 'machine-production.slice'],
  ['/machine/eng-dept', 'machine-eng\\x2ddept.slice'],
  ['/machine/eng-dept/testing!stuff', 'machine-eng\\x2ddept-testing\\x21stuff.slice'],
  ['/other//deep/', 'other-deep.slice'],
  ['/', '-.slice'],
])('partition %s is %s', (partition, slice) => {
  expect(sliceName(partition)).toBe(slice);
});

test.each([
  ['demo', 'machine-lxc\\x2d00c0ffee\\x2ddemo.scope'],
  ['a b/../c\n"ü', 'machine-lxc\\x2d00c0ffee\\x2dab..c.scope'],
  ['-x', 'machine-lxc\\x2d00c0ffee\\x2d\\x2dx.scope'],
])('the scope of %j is %s', (name, scope) => {
  expect(scopeName({ name, run: '00c0ffee' })).toBe(scope);
});

test('a scope has a name that systemd takes, however long the domain’s is', () => {
  const name = scopeName({ name: '-'.repeat(500), run: '00c0ffee' });
  expect(name.length).toBeLessThan(256);
  expect(name).toMatch(/^[A-Za-z0-9:_.\\-]+\.scope$/u);
});

test('what unit names have no place for becomes bytes', () => {
  expect(escapeUnitName('.a/.b\\é')).toBe('\\x2ea-.b\\x5c\\xc3\\xa9');
});

test('a slice lies in those whose names it begins with', () => {
  expect(slicePath('machine-eng\\x2ddept-test.slice')).toEqual([
    'machine.slice',
    'machine-eng\\x2ddept.slice',
    'machine-eng\\x2ddept-test.slice',
  ]);
  expect(slicePath('-.slice')).toEqual([]);
});

test('systemd is process 1 where it says so itself, not where its folder is', () => {
  const root = mkdtempSync(join(tmpdir(), 'virtainer-host-'));
  const tells = (comm: string): boolean => {
    writeFileSync(join(root, 'proc/1/comm'), `${comm}\n`);
    return isSystemdHost(root);
  };
  mkdirSync(join(root, 'proc/1'), { recursive: true });
  expect(tells('systemd')).toBe(false);
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
  expect(tells('systemd')).toBe(true);
  expect(tells('node')).toBe(false);
  rmSync(root, { recursive: true });
});

describe('a scope', () => {
  let root = '';
  const scope = { name: 'machine-lxc\\x2d1\\x2dweb.scope', slice: 'machine-a.slice' };
  const path = `/machine.slice/machine-a.slice/${scope.name}`;
  const hierarchies = () =>
    [
      { version: 1, controllers: ['memory'], mountPoint: join(root, 'memory') },
      { version: 1, controllers: ['freezer'], mountPoint: join(root, 'freezer') },
      { version: 2, controllers: ['memory', 'hugetlb'], mountPoint: join(root, 'unified') },
    ] as const;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'virtainer-scope-'));
    mkdirSync(join(root, 'unified', path), { recursive: true });
    writeFileSync(join(root, 'unified', path, 'cgroup.controllers'), 'memory pids\n');
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  test('is used where systemd has made it, and made in the other hierarchies', async () => {
    const found = await findScope(hierarchies(), scope, `5:memory:${path}\n4:freezer:/\n0::${path}\n`);
    expect(found.groups).toEqual([
      { version: 1, controllers: ['memory'], directory: join(root, 'memory', path, 'container') },
      { version: 1, controllers: ['freezer'], directory: join(root, 'freezer', path, 'container') },
      { version: 2, controllers: ['memory', 'pids'], directory: join(root, 'unified', path, 'container') },
    ]);
    expect(found.supervisors.map(({ directory }) => directory)).toEqual([
      join(root, 'memory', path, 'supervisor'),
      join(root, 'freezer'),
      join(root, 'unified', path, 'supervisor'),
    ]);
    expect(found.made).toEqual(
      found.supervisors.filter(({ controllers }) => !controllers.includes('freezer')),
    );
  });

  test('is removed by systemd, and by us where we have made it', async () => {
    const found = await findScope(hierarchies(), scope, `5:memory:${path}\n4:freezer:/\n0::${path}\n`);
    expect(found.partitions).toEqual([
      join(root, 'freezer', path),
      join(root, 'freezer/machine.slice/machine-a.slice'),
      join(root, 'freezer/machine.slice'),
    ]);
    expect(expectScope(hierarchies(), scope)).toMatchObject({ partitions: [], made: [] });
  });

  test('that its first process is not in is an error', async () => {
    const found = findScope(hierarchies(), scope, '5:memory:/user.slice\n0::/\n');
    await expect(found).rejects.toMatchObject({ code: 'INTERNAL_ERROR', domain: 'SYSTEMD' });
  });

  test('names its groups with itself: that of every container is called the same', () => {
    expect(uniqueName(`/sys/fs/cgroup${path}/container`)).toBe(`${scope.name}/container`);
    expect(uniqueName('/sys/fs/cgroup/machine/lxc-1-web.virtainer')).toBe('lxc-1-web.virtainer');
  });
});
