/** Limits that a container reaches, as the controller watches and records them. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  describeController,
  encodePlan,
  eventually,
  inSandbox,
  type Sandbox,
  type Step,
} from './controller-harness.js';

const LIMIT = 32 * 1024 * 1024;
const HOG = `perl -e '$0 = "a,b) c"; my $n = 200_000_000; my $x = "a" x $n'`;

/** The group that has a file. */
function groupWith(sandbox: Sandbox, file: string): string {
  const group = sandbox.cgroups.find(({ directory }) => existsSync(join(directory, file)));
  if (!group) throw new Error(`no group with ${file}`);
  return group.directory;
}

function oomWatch(sandbox: Sandbox, burst: number): Step {
  const memory = groupWith(sandbox, 'memory.oom_control');
  const limit = join(memory, 'memory.limit_in_bytes');
  writeFileSync(limit, String(LIMIT));
  writeFileSync(join(memory, 'memory.memsw.limit_in_bytes'), String(LIMIT));
  return [
    'watch',
    'oom',
    'eventfd',
    join(memory, 'memory.oom_control'),
    '',
    'oom_kill',
    limit,
    burst,
    60_000,
  ];
}

function steps(sandbox: Sandbox, script: string, ...watches: readonly Step[]): Step[] {
  return sandbox
    .scriptPlan(script)
    .map((step): Step => (step[0] === 'journal' ? [...step, '{"domain":"limits"'] : step))
    .concat(watches);
}

const limits = (sandbox: Sandbox): Record<string, unknown>[] =>
  sandbox.events().filter(({ domain }) => domain === 'limits');

const hasVersion1 = existsSync('/sys/fs/cgroup/memory/memory.oom_control');
const itOnVersion1 = hasVersion1 ? it : it.skip;
const unified = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((mount) =>
  existsSync(join(mount, 'cgroup.controllers')),
);
const itWithVersion2 = unified === undefined ? it.skip : it;

describeController('the watches of a controller', () => {
  itOnVersion1('tell of an OOM kill: who, and the limit', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(steps(sandbox, `${HOG}; exec sleep 1000`, oomWatch(sandbox, 20)));
      await eventually(() => limits(sandbox).length > 0, 'a record');
      expect(limits(sandbox)).toEqual([
        {
          domain: 'limits',
          event: 'oom',
          at: expect.any(Number) as number,
          count: 1,
          limit: LIMIT,
          pid: expect.any(Number) as number,
          process: 'a,b) c',
        },
      ]);
    });
  });

  itOnVersion1('make one record of what comes faster than they may tell, and lose none of it', async () => {
    await inSandbox(async (sandbox) => {
      const script = `for i in 1 2 3 4 5 6; do ${HOG}; done`;
      const stream = sandbox.launch(encodePlan(steps(sandbox, script, oomWatch(sandbox, 2))));
      await stream.next('running');
      await eventually(() => sandbox.events().some(({ event }) => event === 'stopped'), 'the end');
      const told = limits(sandbox).map(({ count }) => Number(count));
      expect(told.length).toBeLessThanOrEqual(3);
      expect(told.reduce((sum, count) => sum + count, 0)).toBe(6);
    });
  });

  itOnVersion1('tell how init ended before they are done, with the kills of the whole run', async () => {
    await inSandbox(async (sandbox) => {
      const script = `${HOG}; exec ${HOG}`;
      const stream = sandbox.launch(encodePlan(steps(sandbox, script, oomWatch(sandbox, 20))));
      const { text } = await stream.next('running');
      await eventually(() => sandbox.events().some(({ event }) => event === 'stopped'), 'the end');
      expect(sandbox.events().map(({ event }) => event)).toEqual(['started', 'oom', 'oom', 'stopped']);
      expect(sandbox.events().at(-1)).toMatchObject({
        detail: 'crashed',
        signal: 9,
        oom: { count: 2, limit: LIMIT, pid: Number(text[3]), process: 'a,b) c' },
      });
    });
  });

  itOnVersion1('record nothing about limits for a plan that has no prefix for that', async () => {
    await inSandbox(async (sandbox) => {
      const plan = [...sandbox.scriptPlan(HOG), oomWatch(sandbox, 20)];
      await sandbox.launch(encodePlan(plan)).next('running');
      await eventually(() => sandbox.events().some(({ event }) => event === 'stopped'), 'the end');
      expect(sandbox.events().map(({ event }) => event)).toEqual(['started', 'stopped']);
    });
  });

  itWithVersion2('are woken by files that the kernel marks as modified', async () => {
    await inSandbox(async (sandbox) => {
      const group = groupWith(sandbox, 'cgroup.freeze');
      const file = join(group, 'cgroup.events');
      const watch: Step = [
        'watch',
        'pids',
        'modified',
        file,
        '',
        'frozen',
        join(group, 'cgroup.freeze'),
        20,
        60_000,
      ];
      await sandbox.start(steps(sandbox, 'exec sleep 1000', watch));
      writeFileSync(join(group, 'cgroup.freeze'), '1');
      await eventually(() => limits(sandbox).length > 0, 'a record');
      expect(limits(sandbox)).toMatchObject([{ event: 'pids', count: 1, limit: 1 }]);
      writeFileSync(join(group, 'cgroup.freeze'), '0');
    });
  });

  itWithVersion2('set triggers of pressure', async () => {
    await inSandbox(async (sandbox) => {
      const group = groupWith(sandbox, 'memory.pressure');
      const file = join(group, 'memory.pressure');
      const watch: Step = ['watch', 'memory', 'psi', file, 'some 300000 2000000', '', file, 1, 60_000];
      const { controller } = await sandbox.start(steps(sandbox, 'exec sleep 1000', watch));
      expect(sandbox.logText()).not.toContain('cannot watch');
      expect(readdirSync(`/proc/${controller}/fd`).length).toBeGreaterThan(0);
      expect(sandbox.descriptors(controller)).toContain(file);
    });
  });

  it('that can not be had are in the log, and the container runs', async () => {
    await inSandbox(async (sandbox) => {
      const group = dirname(groupWith(sandbox, 'cgroup.procs'));
      const watch: Step = [
        'watch',
        'pids',
        'modified',
        join(group, 'nothing'),
        '',
        'max',
        '/nothing',
        1,
        1000,
      ];
      await sandbox.start(steps(sandbox, 'exec sleep 1000', watch));
      expect(readFileSync(sandbox.log, 'utf8')).toContain(`cannot watch ${join(group, 'nothing')}: open`);
    });
  });

  itWithVersion2('do not turn without end when their group has gone', async () => {
    await inSandbox(async (sandbox) => {
      const gone = join(groupWith(sandbox, 'cgroup.freeze'), '..', `gone-${process.pid}`);
      mkdirSync(gone);
      const file = join(gone, 'cgroup.events');
      const watch: Step = ['watch', 'pids', 'modified', file, '', 'frozen', file, 20, 60_000];
      const { controller } = await sandbox.start(steps(sandbox, 'exec sleep 1000', watch));
      expect(sandbox.descriptors(controller)).toContain(file);
      // The end of a file wakes nobody: the controller is woken while it is there, and looks when it is not.
      process.kill(controller, 'SIGSTOP');
      writeFileSync(join(gone, 'cgroup.freeze'), '1');
      rmdirSync(gone);
      process.kill(controller, 'SIGCONT');
      await eventually(
        () => !sandbox.descriptors(controller).some((name) => name.includes('gone-')),
        'the end of it',
      );
    });
  });

  const good = ['oom', 'modified', '/a', '', 'oom_kill', '/b', 1, 1000] as const;
  it.each([
    ['an unknown kind', 0, 'disk'],
    ['an unknown way', 1, 'poll'],
    ['a file that is no path', 2, 'a'],
    ['an interval that is none', 3, 'often'],
    ['no counter to count with', 4, ''],
    ['a limit that is no path', 5, 'b'],
    ['no records at all', 6, 0],
    ['no end of records', 7, 0],
  ])('%s is refused', async (_, index, value) => {
    await inSandbox(async (sandbox) => {
      const tokens = good.map((token, at) => (at === index ? value : token));
      const stream = sandbox.launch(encodePlan([['watch', ...tokens], ...sandbox.scriptPlan('exit 0')]));
      const { text } = await stream.next('failed');
      expect([text[0], text[1], text[4]]).toEqual(['planRead', '0', 'watch']);
    });
  });
});

describeController('the usage of a command', () => {
  it('comes with its end', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const command = sandbox.enter(init, sandbox.enterPlan(...sandbox.shell('sleep 0.1')));
      const { text } = await command.handshake.next('exited');
      expect(text.slice(0, 3)).toEqual(['exited', '0', '']);
      const [user, system, peak, life] = text.slice(3).map(Number);
      expect(user).toBeLessThan(1_000_000);
      expect(system).toBeLessThan(1_000_000);
      expect(peak).toBeGreaterThan(500);
      expect(life).toBeGreaterThan(90_000);
    });
  });

  itOnVersion1('has the memory limit as its cause, and no other SIGKILL', async () => {
    await inSandbox(async (sandbox) => {
      const [, , , file = '', , key = ''] = oomWatch(sandbox, 1);
      const { init } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const run = async (script: string): Promise<readonly string[]> => {
        const plan = sandbox.enterPlan(['oom-counter', file, key], ...sandbox.shell(script));
        return (await sandbox.enter(init, plan).handshake.next('exited')).text.slice(0, 3);
      };
      expect(await run(`exec ${HOG}`)).toEqual(['signaled', '9', 'memory-limit']);
      expect(await run('kill -9 $$')).toEqual(['signaled', '9', '']);
      // Its child is: that is no end of the command itself.
      expect(await run(`${HOG}; kill -9 $$`)).toEqual(['signaled', '9', '']);
      expect(await run(`${HOG}; exit $?`)).toEqual(['exited', '137', '']);
    });
  });
});
