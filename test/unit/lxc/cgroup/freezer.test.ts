/** Freezing and thawing: version 1 and the freezer of version 2 on groups of our own, and files that never tell. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze, isFrozen, thaw } from '../../../../lib/lxc/cgroup/freezer.js';
import { readHierarchies } from '../../../../lib/lxc/cgroup/hierarchies.js';
import type { Group } from '../../../../lib/lxc/cgroup/layout.js';

const isRoot = process.getuid?.() === 0;
const hierarchies = isRoot ? readHierarchies() : [];
const FREEZERS = [
  ['version 1', hierarchies.find(({ controllers }) => controllers.includes('freezer'))],
  ['version 2', hierarchies.find(({ version }) => version === 2)],
] as const;

/** A process that is never idle, and one that is. */
const PROGRAMS = ['while :; do :; done', 'exec sleep 1000'];

describe.each(FREEZERS)('the freezer of %s', (_, hierarchy) => {
  const run = hierarchy ? test : test.skip;
  let group: Group;
  let processes: ChildProcess[];
  const groups = (): readonly Group[] => [group];

  beforeEach(async () => {
    if (!hierarchy) return;
    const directory = join(hierarchy.mountPoint, `virtainer-freezer-${process.pid}`);
    mkdirSync(directory);
    group = { ...hierarchy, directory };
    processes = PROGRAMS.map((script) => spawn('/bin/sh', ['-c', script], { stdio: 'ignore' }));
    await Promise.all(processes.map((child) => once(child, 'spawn')));
    for (const { pid } of processes) writeFileSync(join(directory, 'cgroup.procs'), String(pid));
  });
  afterEach(async () => {
    if (!hierarchy) return;
    await thaw(groups());
    const ends = processes.map((child) => once(child, 'exit'));
    for (const child of processes) child.kill('SIGKILL');
    await Promise.all(ends);
    await emptied(group.directory);
    rmdirSync(group.directory);
  });

  run('freeze() resolves when every process has stopped', async () => {
    await freeze(groups());
    const [busy] = processes;
    const before = cpuTicks(busy?.pid);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(cpuTicks(busy?.pid)).toBe(before);
    expect(await isFrozen(groups())).toBe(true);
  });

  run('a frozen group freezes again, and thaw() lets it go on', async () => {
    await freeze(groups());
    await freeze(groups());
    await thaw(groups());
    expect(await isFrozen(groups())).toBe(false);
    const [busy] = processes;
    const before = cpuTicks(busy?.pid);
    while (cpuTicks(busy?.pid) === before) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  run('a hundred times in a row, the group is as it was asked to be', async () => {
    for (let round = 0; round < 100; round++) {
      await freeze(groups());
      expect(await isFrozen(groups())).toBe(true);
      await thaw(groups());
      expect(await isFrozen(groups())).toBe(false);
    }
  });

  run('a process that is born while its group freezes stops, too', async () => {
    const forks = spawn('/bin/sh', ['-c', 'while :; do /bin/true; done'], { stdio: 'ignore' });
    processes.push(forks);
    await once(forks, 'spawn');
    writeFileSync(join(group.directory, 'cgroup.procs'), String(forks.pid));
    for (let round = 0; round < 20; round++) {
      await freeze(groups());
      const members = readFileSync(join(group.directory, 'cgroup.procs'), 'utf8');
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(readFileSync(join(group.directory, 'cgroup.procs'), 'utf8')).toBe(members);
      await thaw(groups());
    }
  });
});

describe('a group that does not freeze', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'virtainer-freezer-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('of version 2 is thawed again after a second', async () => {
    writeFileSync(join(folder, 'cgroup.freeze'), '0');
    writeFileSync(join(folder, 'cgroup.events'), 'populated 1\nfrozen 0\n');
    const groups: readonly Group[] = [{ version: 2, controllers: [], directory: folder }];
    await expect(freeze(groups)).rejects.toMatchObject({
      code: 'OPERATION_FAILED',
      message: 'Suspend operation failed: the processes did not stop in time',
    });
    expect(readFileSync(join(folder, 'cgroup.freeze'), 'utf8')).toBe('0');
  });

  test('of version 2 is waited for by its notice', async () => {
    writeFileSync(join(folder, 'cgroup.freeze'), '0');
    writeFileSync(join(folder, 'cgroup.events'), 'populated 1\nfrozen 0\n');
    const frozen = freeze([{ version: 2, controllers: [], directory: folder }]);
    setTimeout(() => {
      writeFileSync(join(folder, 'cgroup.events'), 'populated 1\nfrozen 1\n');
    }, 50);
    await frozen;
    expect(readFileSync(join(folder, 'cgroup.freeze'), 'utf8')).toBe('1');
  });

  test('of version 1 fails after a second', async () => {
    symlinkSync('/dev/null', join(folder, 'freezer.state'));
    const groups: readonly Group[] = [{ version: 1, controllers: ['freezer'], directory: folder }];
    await expect(freeze(groups)).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
  });

  test('a host without a freezer says so', async () => {
    await expect(freeze([{ version: 1, controllers: ['memory'], directory: folder }])).rejects.toMatchObject({
      message: expect.stringContaining('no cgroup freezer is mounted') as unknown,
    });
  });
});

/** Time on the CPU, in ticks: fields 14 and 15 of /proc/PID/stat. */
function cpuTicks(pid = 0): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function emptied(directory: string): Promise<void> {
  const members = join(directory, 'cgroup.procs');
  while (existsSync(members) && readFileSync(members, 'utf8') !== '') {
    for (const pid of readFileSync(members, 'utf8').split('\n').filter(Boolean)) kill(Number(pid));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Children of ours' children, which may have ended. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has.
  }
}
