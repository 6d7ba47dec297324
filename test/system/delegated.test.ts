/** Domains of a process that has been given a part of every hierarchy, as in a container: all of them are in that part. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DomainDefinition } from '../../lib/index.js';
import { readHierarchies, type Hierarchy } from '../../lib/lxc/cgroup/hierarchies.js';
import { describeAsRoot, SKIP_REASON, useWorld } from './world.js';

const DIST = join(__dirname, '../../dist/index.js');

/** Creates a domain, says so, waits for a word, and destroys it. */
const PROGRAM = `
  const [uri, definition] = process.argv.slice(1);
  require('${DIST}').open(uri).then(async (connection) => {
    const domain = await connection.createDomain(JSON.parse(definition));
    const { stdout } = await domain.exec(['/bin/cat', '/proc/self/cgroup']);
    console.log(JSON.stringify({ uuid: domain.uuid, stdout }));
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await domain.destroy();
    process.exit(0);
  }).catch(({ code, errno, message, hint }) => {
    console.log(JSON.stringify({ code, errno, message, hint }));
    process.exit(0);
  });`;

/** A file system can't be mounted over itself. */
const FRESH_FOLDER = 'mount -t tmpfs cgroup /sys/fs/cgroup';

/** How the program's part of each hierarchy becomes all that it sees of it. */
const VIEWS: Readonly<Record<string, (hierarchy: Hierarchy, group: string) => string>> = {
  'a cgroup namespace': ({ version, controllers, mountPoint }) => {
    const names = controllers.map((name) => (name.startsWith('name=') ? `none,${name}` : name)).join();
    const type = version === 2 ? 'cgroup2' : `cgroup -o ${names}`;
    return `mkdir -p ${mountPoint}; mount -t ${type} part ${mountPoint}`;
  },
  'mounts of a part': ({ mountPoint }, group) => `mount --bind ${group} ${mountPoint}`,
};

interface Setup {
  readonly view: string;
  /** Lines of the shell that becomes the program, in its group. */
  readonly before?: readonly string[];
  /** A command on each mount. */
  readonly after?: string;
  readonly definition?: Partial<DomainDefinition>;
}

describeAsRoot(`domains in a delegated part of the cgroups${SKIP_REASON}`, () => {
  const world = useWorld();
  const hierarchies = readHierarchies();
  let groups: string[] = [];
  let child: ChildProcessWithoutNullStreams | undefined;
  beforeEach(() => {
    const name = `virtainer-delegated-${basename(world().directory).slice(-6)}`;
    groups = hierarchies.map(({ mountPoint }) => join(mountPoint, name));
    groups.forEach((group) => {
      mkdirSync(join(group, 'app'), { recursive: true });
      for (const file of ['cpuset.cpus', 'cpuset.mems'])
        for (const directory of [group, join(group, 'app')])
          if (existsSync(join(directory, file)))
            writeFileSync(join(directory, file), readFileSync(join(directory, '..', file)));
    });
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
    for (const group of groups) {
      for (const name of ['app', 'virtainer.supervisor'])
        if (existsSync(join(group, name))) rmdirSync(join(group, name));
      rmdirSync(group);
    }
  });

  /** The program, in a group below those that were made for it, which are then all that it sees. */
  const startProgram = ({ view, before = [], after, definition }: Setup): ChildProcessWithoutNullStreams => {
    const mount = VIEWS[view] ?? (() => '');
    const script = [
      'set -e',
      // With a namespace its root is where the program is, without one the program is below it.
      ...groups.map(
        (group) => `echo $$ > ${group}${view === 'a cgroup namespace' ? '' : '/app'}/cgroup.procs`,
      ),
      ...before,
      `exec unshare -m ${view === 'a cgroup namespace' ? '-C' : ''} sh -ec '`,
      ...(view === 'a cgroup namespace' ? [FRESH_FOLDER] : []),
      ...hierarchies.map((hierarchy, index) => mount(hierarchy, groups[index] ?? '')),
      ...(after === undefined ? [] : hierarchies.map(({ mountPoint }) => `${after} ${mountPoint}`)),
      `exec "$@"' sh "$@"`,
    ];
    const domain = JSON.stringify(world().define({ name: 'inner', ...(definition && { definition }) }));
    const program = [process.execPath, '-e', PROGRAM, world().uri, domain];
    child = spawn('/bin/sh', ['-c', script.join('\n'), 'sh', ...program]);
    return child;
  };
  const firstLine = async (child: ChildProcessWithoutNullStreams): Promise<Record<string, string>> => {
    child.stderr.pipe(process.stderr);
    for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Record<string, string>;
    throw new Error('the program said nothing');
  };
  const pathsOf = (pid: number): string[] =>
    hierarchies.map(({ version, controllers }) => {
      const line = version === 2 ? /^0::(.*)$/mu : new RegExp(`^\\d+:${controllers.join()}:(.*)$`, 'mu');
      return line.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '';
    });

  test.each(Object.keys(VIEWS))(
    'seen through %s are in it, with their controllers, and leave it',
    async (view) => {
      const program = startProgram({ view });
      const { uuid = '', stdout } = await firstLine(program);
      expect(stdout).toMatch(/^0::\/$/mu);
      const record = readFileSync(join(world().directory, 'run', uuid, 'controller'), 'utf8').split(' ');
      const part = `/${basename(groups[0] ?? '')}`;
      for (const path of pathsOf(Number(record[3])))
        expect(path).toMatch(new RegExp(`^${part}/machine/lxc-[0-9a-f]+-inner\\.virtainer$`, 'u'));
      expect(pathsOf(Number(record[1]))).toEqual(
        hierarchies.map(({ version }) => (version === 2 ? `${part}/virtainer.supervisor` : part)),
      );
      program.stdin.write('go\n');
      expect(await once(program, 'exit')).toEqual([0, null]);
      // The group of controllers stays: another start may be about to put one into it.
      for (const [index, group] of groups.entries()) {
        const left = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
        const isUnified = hierarchies[index]?.version === 2;
        expect(left.map(({ name }) => name).sort()).toEqual([
          'app',
          ...(isUnified ? ['virtainer.supervisor'] : []),
        ]);
      }
    },
  );

  test('do not start where that part is read-only, and say what to do', async () => {
    const program = startProgram({ view: 'mounts of a part', after: 'mount -o remount,bind,ro' });
    expect(await firstLine(program)).toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'EROFS',
      hint: expect.stringContaining('read-write') as unknown,
    });
    await once(program, 'exit');
  });

  const unified = hierarchies.findIndex(({ version }) => version === 2);
  const hasHugetlb = hierarchies[unified]?.controllers.includes('hugetlb') === true;
  const why = hasHugetlb ? '' : ' (skipped: version 2 has not the hugetlb controller)';
  (hasHugetlb ? describe : describe.skip)(`with a controller of version 2${why}`, () => {
    const definition = { extensions: { hugetlb: [{ sizeKiB: 2048, limitKiB: 4096 }] } };
    const view = 'a cgroup namespace';
    beforeAll(() => {
      writeFileSync(join(hierarchies[unified]?.mountPoint ?? '', 'cgroup.subtree_control'), '+hugetlb');
    });

    test('have it from there, after this process has left for the group of controllers', async () => {
      const program = startProgram({ view, definition });
      const { uuid = '' } = await firstLine(program);
      const part = groups[unified] ?? '';
      const live = readFileSync(join(world().directory, 'run', uuid, 'live.json'), 'utf8');
      const [name = ''] = /lxc-[0-9a-f]+-inner\.virtainer/u.exec(live) ?? [];
      expect(readFileSync(join(part, 'machine', name, 'hugetlb.2MB.max'), 'utf8')).toBe(`${4096 * 1024}\n`);
      expect(readFileSync(join(part, 'cgroup.subtree_control'), 'utf8')).toContain('hugetlb');
      expect(pathsOf(program.pid ?? 0)[unified]).toBe(`/${basename(part)}/virtainer.supervisor`);
      program.stdin.write('go\n');
      expect(await once(program, 'exit')).toEqual([0, null]);
    });

    test('do not start where others are in the group, and none of these is moved', async () => {
      const program = startProgram({ view, definition, before: ['sleep 60 >/dev/null 2>&1 &'] });
      const answer = await firstLine(program);
      const inside = readFileSync(join(groups[unified] ?? '', 'cgroup.procs'), 'utf8')
        .trim()
        .split('\n');
      const others = inside.filter((pid) => pid !== String(program.pid));
      for (const pid of others) process.kill(Number(pid));
      expect(answer).toMatchObject({
        code: 'RESOURCE_BUSY',
        message: expect.stringContaining(`processes ${others.join(', ')} are in it`) as unknown,
      });
      expect(others.length).toBe(1);
      expect(program.exitCode ?? (await once(program, 'exit'))[0]).toBe(0);
    });
  });
});
