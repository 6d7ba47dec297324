/** What the kernel's log says of OOM kills, read as the controller reads it: also lines made to mislead. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'virtainer-kernel-log-'));
const program = join(folder, 'kernel-log');
const compiled = spawnSync('g++', [
  '-std=c++20',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Icpp',
  '-o',
  program,
  'test/native/kernel-log.cc',
  'cpp/controller/kernel_log.cc',
  'cpp/common/tokens.cc',
]);
const missing = (compiled.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
const describeLog = missing ? describe.skip : describe;
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const GROUP = '/machine/lxc-e3173cc4-web.virtainer';
const chosen = (name: string, pid: number, group = GROUP, limited = group): string =>
  `6,47644,26767793697,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=${limited},task_memcg=${group},task=${name},pid=${pid},uid=0`;
const killed = (name: string, pid: number, reason = 'Memory cgroup out of memory'): string =>
  `3,47645,26767793717,-;${reason}: Killed process ${pid} (${name}) total-vm:263184kB, anon-rss:261120kB, file-rss:376kB, shmem-rss:0kB, UID:0 pgtables:548kB oom_score_adj:0`;

function kills(...records: readonly string[]): string[] {
  const { status, stdout } = spawnSync(program, { input: records.join('\n'), encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

describeLog('the kernel log', () => {
  it('compiles', () => {
    expect(compiled.stderr.toString()).toBe('');
  });

  it('tells who was killed, in which group, and whose limit it was', () => {
    expect(kills(chosen('hog', 7), killed('hog', 7))).toEqual([`7 [hog] limit [${GROUP}] [${GROUP}]`]);
    expect(kills(chosen('hog', 7, GROUP, '/machine'), killed('hog', 7))).toEqual([
      `7 [hog] limit [${GROUP}] [/machine]`,
    ]);
  });

  it('tells who was killed when the kernel writes no more than that', () => {
    expect(kills(killed('hog', 7), killed('hog', 8))).toEqual(['7 [hog] limit [] []', '8 [hog] limit [] []']);
  });

  it('tells a host without memory from a limit', () => {
    const record = `6,1,1,-;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${GROUP},task=hog,pid=7,uid=0`;
    expect(kills(record, killed('hog', 7, 'Out of memory'))).toEqual([`7 [hog] host [${GROUP}] []`]);
  });

  it('tells a group by its own name, whatever the log makes of that', () => {
    const scope = '/machine.slice/machine-lxc\\x2d1.scope/container';
    const logged = scope.replace('\\', '\\x5c');
    expect(kills(chosen('hog', 7, logged), killed('hog', 7))).toEqual([
      `7 [hog] limit [${scope}] [${scope}]`,
    ]);
  });

  it('does not give the group of one to another', () => {
    expect(kills(chosen('hog', 7), killed('other', 8))).toEqual(['8 [other] limit [] []']);
    expect(kills(chosen('hog', 7), killed('hog', 7), killed('child', 8))[1]).toBe('8 [child] limit [] []');
  });

  it.each([
    ['x,pid=1,uid=0', '7 [x,pid=1,uid=0] limit'],
    [') total-vm:1kB', '7 [) total-vm:1kB] limit'],
    ['a b) (c', '7 [a b) (c] limit'],
    [',task=x,pid=9', '7 [,task=x,pid=9] limit'],
    [',task_memcg=/x', '7 [,task_memcg=/x] limit'],
    ['"}\\x0a{', '7 [?}?{] limit'],
    ['h\\xc3\\xb6g', '7 [h??g] limit'],
    ['\\x5c', '7 [?] limit'],
    ['a-name-that-is-longer-than-any', '7 [a-name-that-is-] limit'],
  ])('a process named %s is itself and nothing more', (name, line) => {
    expect(kills(chosen(name, 7), killed(name, 7))).toEqual([`${line} [${GROUP}] [${GROUP}]`]);
  });

  it.each([
    ['a limit of its own', '/x,task_memcg=/machine/lxc-1-victim', true],
    ['two of them', '/x,task_memcg=/y,task_memcg=/machine/lxc-1-victim', true],
    ['a host without memory', '/x,oom_memcg=/machine,task_memcg=/machine/lxc-1-victim', false],
  ])('a group that a container has named after another is its own, with %s', (_, below, isLimit) => {
    const group = GROUP + below;
    const record = chosen('hog', 7, group);
    const [line] = isLimit
      ? kills(record, killed('hog', 7))
      : kills(record.replace(`oom_memcg=${group}`, 'global_oom'), killed('hog', 7));
    expect(line).toBe(`7 [hog] limit [${group}] [${isLimit ? group : ''}]`);
  });

  it('a set of CPUs that a container has named after a limit is none', () => {
    const record = chosen('hog', 7).replace('cpuset=x', 'cpuset=,oom_memcg=y,task_memcg=z,task=');
    expect(kills(record, killed('hog', 7))).toEqual([`7 [hog] limit [${GROUP}] [${GROUP}]`]);
  });

  it.each([
    ['written by a user', killed('hog', 7).replace(/^3/u, '12')],
    ['that goes on with another, maybe with a name', killed('hog', 7).replace(',-;', ',c;')],
    ['of another message', killed('hog', 7, 'somebody said: Memory cgroup out of memory')],
    ['without a number', killed('hog', 7).replace('process 7', 'process ')],
    ['with a number that is none', killed('hog', 7).replace('process 7', 'process -7')],
    ['with a number that is too large', killed('hog', 7).replace('process 7', 'process 99999999999')],
    ['cut short', killed('hog', 7).slice(0, 70)],
    ['without a priority', killed('hog', 7).slice(1)],
    ['in the second line', `6,1,1,-;x\\n${killed('hog', 7)}`.replace('\\n', ' ')],
    ['empty', ''],
  ])('a record %s is none', (_, record) => {
    expect(kills(record)).toEqual([]);
  });
});
