/** Making room for containers in a delegated group of version 2: on a tree of files, as pure v2 hosts have it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCgroups } from '../../../../lib/lxc/cgroup/create.js';
import { layoutCgroups } from '../../../../lib/lxc/cgroup/layout.js';
import { makeSupervisorGroups } from '../../../../lib/lxc/cgroup/supervisors.js';

const ME = 4242;

describe('a delegated group of version 2', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'virtainer-groups-'));
    makeGroup(root, { procs: `${ME}\n` });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const makeGroup = (directory: string, files: { procs?: string; type?: string }): void => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'cgroup.procs'), files.procs ?? '');
    writeFileSync(join(directory, 'cgroup.type'), `${files.type ?? 'domain'}\n`);
    writeFileSync(join(directory, 'cgroup.subtree_control'), '');
  };
  const layout = (controllers: readonly string[]) =>
    layoutCgroups([{ version: 2, controllers, mountPoint: root, delegated: root }], {
      name: 'web',
      run: '1',
    });
  const supervisor = (): string => join(root, 'virtainer.supervisor');
  /** What the kernel makes with a group. */
  const expectSupervisor = (): void => {
    makeGroup(supervisor(), {});
  };
  const textOf = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

  test('has a group for controllers beside those of the containers', () => {
    const { supervisors, made, groups } = layout([]);
    expect(supervisors.map(({ directory }) => directory)).toEqual([supervisor()]);
    expect(made).toEqual(supervisors);
    expect(groups.map(({ directory }) => directory)).toEqual([join(root, 'machine/lxc-1-web.virtainer')]);
  });

  test('is left by this process when it hands controllers down', async () => {
    expectSupervisor();
    await makeSupervisorGroups(layout(['memory']).made, ME);
    expect(textOf('virtainer.supervisor/cgroup.procs')).toBe(String(ME));
  });

  test('is not left by this process for nothing: a hybrid host has no controllers to hand down', async () => {
    expectSupervisor();
    await makeSupervisorGroups(layout([]).made, ME);
    expect(textOf('virtainer.supervisor/cgroup.procs')).toBe('');
  });

  test('with processes of somebody else takes no containers, and moves none of them', async () => {
    expectSupervisor();
    writeFileSync(join(root, 'cgroup.procs'), `1\n${ME}\n0\n`);
    await expect(makeSupervisorGroups(layout(['memory']).made, ME)).rejects.toMatchObject({
      code: 'RESOURCE_BUSY',
      domain: 'CGROUP',
      path: root,
      message: expect.stringContaining('processes 1, 0 are in it') as unknown,
      hint: expect.stringContaining(`> ${supervisor()}/cgroup.procs`) as unknown,
    });
    expect(textOf('virtainer.supervisor/cgroup.procs')).toBe('');
  });

  test.each(['threaded', 'domain threaded', 'domain invalid'])(
    'that is %s takes no containers',
    async (type) => {
      writeFileSync(join(root, 'cgroup.type'), `${type}\n`);
      await expect(makeSupervisorGroups(layout(['memory']).made, ME)).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        message: expect.stringContaining(`'${type}'`) as unknown,
        hint: expect.stringContaining('domain') as unknown,
      });
    },
  );

  test('that is gone is an error about it', async () => {
    rmSync(join(root, 'cgroup.procs'));
    await expect(makeSupervisorGroups(layout(['memory']).made, ME)).rejects.toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'ENOENT',
    });
  });

  test('a root of version 2, and any group of version 1, may have processes: nothing is made there', () => {
    const whole = { version: 2, controllers: ['memory'], mountPoint: root } as const;
    const old = { version: 1, controllers: ['memory'], mountPoint: root, delegated: root } as const;
    const { made, supervisors } = layoutCgroups([whole, old], { name: 'web', run: '1' });
    expect(made).toEqual([]);
    expect(supervisors.map(({ directory }) => directory)).toEqual([root, root]);
  });

  test('hands down what it has of what containers need, from group to group', async () => {
    makeGroup(join(root, 'machine'), {});
    const creating = createCgroups(layout(['cpu', 'memory', 'rdma']), [], []);
    // No BPF on a tree of files: everything else is done before.
    await expect(creating).rejects.toMatchObject({
      message: expect.stringContaining('device rules') as unknown,
    });
    for (const parts of [[], ['machine']])
      expect(
        textOf(...parts, 'cgroup.subtree_control')
          .split(' ')
          .sort(),
      ).toEqual(['+cpu', '+memory']);
  });

  test('does not hand down again what it hands down', async () => {
    makeGroup(join(root, 'machine'), {});
    writeFileSync(join(root, 'cgroup.subtree_control'), 'cpu memory\n');
    await createCgroups(layout(['cpu', 'memory']), [], []).catch(() => undefined);
    expect(textOf('cgroup.subtree_control')).toBe('cpu memory\n');
    expect(textOf('machine/cgroup.subtree_control')).toBe('+memory +cpu');
  });
});
