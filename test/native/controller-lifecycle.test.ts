import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeController,
  eventually,
  inSandbox,
  isAlive,
  POWER_OFF,
  REBOOT,
  type Sandbox,
} from './controller-harness.js';

const STOPPABLE = `trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done`;

/** The exit file's words without the time. */
function exitRecord(sandbox: Sandbox): string {
  const [, record = ''] =
    /^(1 \S+ \S+ \d+) \d{13}\n$/.exec(readFileSync(join(sandbox.state, 'exit'), 'utf8')) ?? [];
  return record;
}

describeController('the end of a container', () => {
  it.each([
    ['exit code', 'exit 42', ['shutdown', 'exited', '42'], { detail: 'shutdown', exitCode: 42 }],
    ['power off', POWER_OFF, ['shutdown', 'signaled', '2'], { detail: 'shutdown', signal: 2 }],
  ] as [string, string, string[], object][])('is told to everyone: %s', async (_, script, ended, event) => {
    await inSandbox(async (sandbox) => {
      writeFileSync(sandbox.persistentFile, '<domain/>');
      writeFileSync(join(sandbox.state, 'live.json'), '{}');
      const removed = join(sandbox.folder, 'remove-me');
      writeFileSync(removed, '');
      await sandbox.start([...sandbox.scriptPlan(`read go; ${script}`), ['remove-file', removed]]);
      const watchers = [await sandbox.watch(), await sandbox.control()];
      watchers[0]?.send('consoleInput', '\n');
      for (const watcher of watchers) expect((await watcher.next('ended')).text).toEqual(ended);
      expect(exitRecord(sandbox)).toBe(`1 ${ended.join(' ')}`);
      expect(sandbox.stateFiles()).toEqual(['exit']);
      expect(existsSync(removed)).toBe(false);
      expect(sandbox.events().at(-1)).toMatchObject({ domain: 'test', event: 'stopped', ...event });
      await eventually(() => sandbox.leftovers().length === 0, 'the end of everything');
    });
  });

  it('takes the state folder of a transient domain along', async () => {
    await inSandbox(async (sandbox) => {
      const { ended } = await sandbox.runScript('exit 0');
      expect(ended).toEqual(['shutdown', 'exited', '0']);
      expect(existsSync(sandbox.state)).toBe(false);
    });
  });

  it('is seen by a process that only looks later, when it ends at once', async () => {
    await inSandbox(async (sandbox) => {
      writeFileSync(sandbox.persistentFile, '<domain/>');
      const { controller } = await sandbox.start(sandbox.scriptPlan('exit 3'));
      await eventually(() => !isAlive(controller), 'the end of the controller');
      expect(exitRecord(sandbox)).toBe('1 shutdown exited 3');
      expect(sandbox.events().map(({ event }) => event)).toEqual(['started', 'stopped']);
      expect(sandbox.leftovers()).toEqual([]);
    });
  });

  it('removes groups that the container has made, and what runs in them', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start([
        ...sandbox.supervision(),
        ...sandbox.rootSteps(['mount', 'cgroup2', 'cgroup2', '/sys/fs/cgroup', '-']),
        ...sandbox.shell(
          'mkdir -p /sys/fs/cgroup/a/b/c && (echo 0 > /sys/fs/cgroup/a/b/c/cgroup.procs; exec sleep 1000) & echo ready; wait; read go',
        ),
      ]);
      const control = await sandbox.watch();
      await control.outputUntil('ready');
      const unified = sandbox.cgroups.find(({ version }) => version === 2);
      await eventually(() => existsSync(join(unified?.directory ?? '', 'a/b/c')), 'the nested group');
      control.send('stop', 'destroyed', 0);
      await control.next('ended');
      expect(sandbox.cgroups.filter(({ directory }) => existsSync(directory))).toEqual([]);
    });
  });
});

describeController('stop', () => {
  it('kills with signal 0', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('sleep 1000 & exec sleep 1000'));
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      expect((await control.next('accepted')).text).toEqual(['34']);
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
      await control.closed;
      expect(isAlive(init)).toBe(false);
      expect(sandbox.events().at(-1)).toMatchObject({ event: 'stopped', detail: 'destroyed', signal: 9 });
    });
  });

  it('hands on a signal that init may take its time to follow', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan(STOPPABLE));
      const control = await sandbox.watch();
      await control.outputUntil('ready');
      control.send('stop', 'shutdown', 15);
      expect((await control.next('ended')).text).toEqual(['shutdown', 'exited', '7']);
    });
  });

  it('kills a container that the v1 freezer has frozen', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const freezer = sandbox.cgroups
        .map(({ directory }) => join(directory, 'freezer.state'))
        .find((file) => existsSync(file));
      if (freezer === undefined) return;
      writeFileSync(freezer, 'FROZEN');
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
    });
  });

  it('is what SIGTERM to the controller means', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const control = await sandbox.control();
      process.kill(controller, 'SIGTERM');
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
    });
  });

  it('wins over a reboot that is under way', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(
        sandbox.scriptPlan(
          `trap '${REBOOT.replaceAll("'", `'"'"'`)}' TERM; echo ready; while :; do sleep 0.05; done`,
        ),
      );
      const control = await sandbox.watch();
      await control.outputUntil('ready');
      control.send('stop', 'shutdown', 15);
      expect((await control.next('ended')).text).toEqual(['shutdown', 'signaled', '1']);
    });
  });
});

describeController('reboot', () => {
  it('starts the container again with the same plan, cgroups and watchers', async () => {
    await inSandbox(async (sandbox) => {
      const before = await sandbox.start(
        sandbox.scriptPlan(
          `[ -e /run/again ] && { echo second; read go; exit 5; }; touch /run/again; echo first; read go; ${REBOOT}`,
        ),
      );
      const watcher = await sandbox.watch();
      await watcher.outputUntil('first');
      watcher.send('consoleInput', '\n');
      const [pid, startTime] = (await watcher.next('rebooted')).text;
      expect(Number(pid)).not.toBe(before.init);
      expect(readFileSync(join(sandbox.state, 'controller'), 'utf8')).toContain(`${before.controller} `);
      expect(readFileSync(join(sandbox.state, 'controller'), 'utf8')).toContain(` ${pid} ${startTime} `);
      await watcher.outputUntil('second');
      for (const { directory } of sandbox.cgroups) {
        expect(readFileSync(join(directory, 'cgroup.procs'), 'utf8')).toBe(`${pid}\n`);
      }
      watcher.send('consoleInput', '\n');
      expect((await watcher.next('ended')).text).toEqual(['shutdown', 'exited', '5']);
      expect(sandbox.events().map(({ event }) => event)).toEqual(['started', 'stopped']);
      await eventually(() => sandbox.leftovers().length === 0, 'the end of everything');
    });
  });

  it('ends the container when the domain says so', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start([
        ...sandbox.supervision('destroy'),
        ...sandbox.rootSteps(),
        ...sandbox.shell(`read go; ${REBOOT}`),
      ]);
      const watcher = await sandbox.watch();
      watcher.send('consoleInput', '\n');
      expect((await watcher.next('ended')).text).toEqual(['shutdown', 'signaled', '1']);
    });
  });

  it('can be asked for, whatever init does about the signal', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const control = await sandbox.control();
      control.send('reboot', 0);
      expect((await control.next('accepted')).text).toEqual(['35']);
      const [pid] = (await control.next('rebooted')).text;
      expect(Number(pid)).not.toBe(init);
      control.send('stop', 'destroyed', 0);
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
    });
  });

  it('that fails ends the domain as failed', async () => {
    await inSandbox(async (sandbox) => {
      writeFileSync(sandbox.persistentFile, '<domain/>');
      await sandbox.start(
        sandbox
          .scriptPlan(`read go; rm /sbin; ${REBOOT}`)
          .map((step) =>
            step[1] === '/bin/sh' && step[0] === 'executable' ? ['executable', '/sbin/../bin/sh'] : step,
          ),
      );
      const watcher = await sandbox.watch();
      watcher.send('consoleInput', '\n');
      expect((await watcher.next('ended')).text[0]).toBe('failed');
      expect(exitRecord(sandbox)).toMatch(/^1 failed /);
      expect(sandbox.events().at(-1)).toMatchObject({ event: 'stopped', detail: 'failed' });
      await eventually(() => sandbox.leftovers().length === 0, 'the end of everything');
    });
  });

  it('over and over does not take the host over', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan(`echo x >> /run/boots; ${REBOOT}`));
      const control = await sandbox.control();
      await new Promise((wake) => setTimeout(wake, 2500));
      control.send('stop', 'destroyed', 0);
      expect((await control.next('ended')).text[0]).toBe('destroyed');
      expect(readFileSync(join(sandbox.root, 'run/boots'), 'utf8').length / 2).toBeLessThan(10);
    });
  });
});

describeController('the controller', () => {
  it('takes its container along when it is killed', async () => {
    for (const user of ['root', 'worker']) {
      await inSandbox(async (sandbox) => {
        const { controller, init } = await sandbox.start([
          ...sandbox.supervision(),
          ...sandbox.rootSteps(),
          ...sandbox.shell('sleep 1000 & exec sleep 1000'),
          ['user', user],
        ]);
        process.kill(controller, 'SIGKILL');
        await eventually(
          () => !isAlive(init) && sandbox.processes().length === 0,
          'the end of the container',
        );
      });
    }
  });

  it('keeps no descriptor of the start, and none of Node', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const expected = [
        '/dev/null',
        '/dev/pts/ptmx',
        '/dev/pts/ptmx',
        'anon_inode:[eventpoll]',
        'anon_inode:[pidfd]',
        'anon_inode:[signalfd]',
        'console.log',
        'log',
        'log',
        'socket', // of control
        'state',
      ];
      const open = (): string[] =>
        sandbox
          .descriptors(controller)
          .map((target) => target.replace(`${sandbox.folder}/`, '').replace(/^socket:.*/, 'socket'))
          .sort();
      await eventually(() => open().length === expected.length, 'the handshake to close');
      expect(open()).toEqual(expected);
    });
  });
});
