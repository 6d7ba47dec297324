import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeController,
  encodePlan,
  eventually,
  inSandbox,
  isAlive,
  type MessageStream,
  POWER_OFF,
  REBOOT,
  type Running,
  type Sandbox,
  type Step,
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

  it('is told with the right exit code although a debugger of the host holds the zombie', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('read go; exit 5'));
      const watcher = await sandbox.watch();
      // PTRACE_SEIZE, without ever waiting for what it traces.
      const seize = `syscall(${process.arch === 'x64' ? 101 : 117}, 0x4206, ${init}, 0, 0) == 0 or die $!;`;
      const tracer = spawn('perl', ['-e', `${seize} $| = 1; print "seized"; sleep 1000`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        await once(tracer.stdout, 'data');
        watcher.send('consoleInput', '\n');
        expect((await watcher.next('ended')).text).toEqual(['shutdown', 'exited', '5']);
      } finally {
        tracer.kill('SIGKILL');
        await once(tracer, 'exit');
      }
    });
  });

  it('removes 200 nested groups, and what runs in the deepest', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('sleep 1000 & exec sleep 1000'));
      const names = Array.from({ length: 200 }, (_, index) => String(index));
      for (const { directory } of sandbox.cgroups) {
        const deepest = join(directory, ...names);
        mkdirSync(deepest, { recursive: true });
        mkdirSync(join(directory, ...names.slice(0, 100), 'aside'));
        if (existsSync(join(directory, 'cpuset.cpus'))) continue; // would have to be set on all levels
        const child = sandbox.processes().find((pid) => pid !== init);
        if (child !== undefined) writeFileSync(join(deepest, 'cgroup.procs'), String(child));
      }
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      await control.next('ended');
      expect(sandbox.cgroups.filter(({ directory }) => existsSync(directory))).toEqual([]);
      expect(sandbox.logText()).not.toContain('cannot remove');
    });
  });

  it('goes on answering while it removes thousands of groups', async () => {
    await inSandbox(async (sandbox) => {
      const unified = sandbox.cgroups.find(({ version }) => version === 2);
      if (unified === undefined) return;
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      for (let i = 0; i < 60; i++) {
        for (let k = 0; k < 50; k++)
          mkdirSync(join(unified.directory, `a${i}`, `b${k}`), { recursive: true });
      }
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      expect((await control.next('accepted')).text).toEqual(['34']);
      control.send('query');
      expect((await control.next('state', 'ended')).name).toBe('state');
      await control.next('ended');
      expect(existsSync(unified.directory)).toBe(false);
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

/**
 * A start can be made to hang where the controller cannot help it: its group of the v1 freezer lies in a frozen
 * one. What is killed in there does not even die.
 */
async function inFreezer(
  body: (
    sandbox: Sandbox,
    steps: (script: string) => Step[],
    freeze: (frozen: boolean) => void,
  ) => Promise<void>,
): Promise<void> {
  await inSandbox(async (sandbox) => {
    const outer = sandbox.cgroups.find(({ directory }) => existsSync(join(directory, 'freezer.state')));
    if (outer === undefined) return;
    const inner = join(outer.directory, 'inner');
    const freeze = (frozen: boolean): void => {
      writeFileSync(join(outer.directory, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
    };
    mkdirSync(inner);
    const steps = (script: string): Step[] => [
      ['remove-directory', inner],
      ...sandbox
        .scriptPlan(script)
        .map((step): Step =>
          step[0] === 'cgroup-v1' && step[1] === outer.directory ? ['cgroup-v1', inner] : step,
        )
        .filter((step) => step[0] !== 'remove-directory' || step[1] !== outer.directory),
    ];
    try {
      await body(sandbox, steps, freeze);
    } finally {
      freeze(false);
      await eventually(
        () => !existsSync(inner) || readFileSync(join(inner, 'tasks'), 'utf8') === '',
        'the end',
      );
      if (existsSync(inner)) rmdirSync(inner);
    }
  });
}

/** Reboots until the next restart waits a little, and freezes what it will start in. */
async function freezeRestart(
  sandbox: Sandbox,
  control: MessageStream,
  running: Running,
  freeze: (frozen: boolean) => void,
): Promise<void> {
  let init = running.init;
  for (let boots = 1; boots <= 3; boots++) {
    control.send('reboot', 0);
    const again = await control.until(
      () => control.messages.filter(({ name }) => name === 'rebooted')[boots - 1],
      'the reboot',
    );
    init = Number(again.text[0]);
  }
  control.send('reboot', 0);
  await eventually(() => !isAlive(init), 'the end of init');
  freeze(true);
  await eventually(() => sandbox.processes().length === 1, 'the restart');
}

describeController('a start that hangs', () => {
  const launch = (
    sandbox: Sandbox,
    steps: Step[],
  ): { handshake: MessageStream; controller: () => number } => {
    const handshake = sandbox.launch(encodePlan(steps));
    // Of the processes that have the log open, the one in Node's cgroups.
    const controller = (): number => {
      const found = readdirSync('/proc').filter(
        (pid) => /^\d+$/.test(pid) && commandOf(pid).startsWith('virtainer: test\nname'),
      );
      const own = found.map(Number).filter((pid) => !sandbox.processes().includes(pid));
      const [pid] = own.filter((one) => sandbox.descriptors(one).includes(sandbox.log));
      if (pid === undefined) throw new Error('no controller');
      return pid;
    };
    return { handshake, controller };
  };

  it('is ended by SIGTERM, also when its process cannot die', async () => {
    await inFreezer(async (sandbox, steps, freeze) => {
      freeze(true);
      const { handshake, controller } = launch(sandbox, steps('exit 0'));
      await handshake.next('planRead');
      await eventually(() => sandbox.processes().length === 1, 'the frozen process');
      process.kill(controller(), 'SIGTERM');
      expect((await handshake.next('failed')).text.slice(0, 4)).toEqual([
        'cgroupJoined',
        '-1',
        '125',
        'poll',
      ]);
      await handshake.closed;
      expect(sandbox.logText()).toContain('does not die');
      expect(sandbox.events()).toEqual([]);
    });
  }, 40_000);

  // Takes a minute: VIRTAINER_SLOW_TESTS=1
  (process.env.VIRTAINER_SLOW_TESTS === undefined ? it.skip : it)(
    'fails with ETIMEDOUT after a minute',
    async () => {
      await inFreezer(async (sandbox, steps, freeze) => {
        freeze(true);
        const { handshake } = launch(sandbox, steps('exit 0'));
        await handshake.next('planRead');
        const began = Date.now();
        await new Promise((wake) => setTimeout(wake, 59_000));
        expect(handshake.names()).not.toContain('failed');
        await new Promise((wake) => setTimeout(wake, 3_000));
        freeze(false);
        expect((await handshake.next('failed')).text.slice(0, 4)).toEqual([
          'cgroupJoined',
          '-1',
          '110',
          'poll',
        ]);
        expect(Date.now() - began).toBeLessThan(64_000);
        await handshake.closed;
        expect(sandbox.logText()).not.toContain('does not die');
      });
    },
    90_000,
  );

  it('after a reboot is killed by stop, whatever its signal', async () => {
    await inFreezer(async (sandbox, steps, freeze) => {
      const running = await sandbox.start(steps('exec sleep 1000'));
      const control = await sandbox.control();
      await freezeRestart(sandbox, control, running, freeze);
      control.send('stop', 'shutdown', 15);
      await control.until(
        () => control.messages.find(({ name, text }) => name === 'accepted' && text[0] === '34'),
        'accepted',
      );
      freeze(false);
      expect((await control.next('ended')).text).toEqual(['shutdown', 'signaled', '9']);
    });
  });
});

describeController('a restart', () => {
  it('that has no room for its consoles fails instead of losing them', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(
        sandbox
          .scriptPlan('read go')
          .map((step): Step => (step[0] === 'open-consoles' ? ['open-consoles', 24, '/dev/pts'] : step)),
      );
      const clients = await Promise.all(Array.from({ length: 32 }, () => sandbox.control()));
      const [control] = clients;
      const limit = readdirSync(`/proc/${controller}/fd`).length + 16;
      const limited = spawnSync('prlimit', ['--pid', String(controller), `--nofile=${limit}:${limit}`]);
      if (limited.status !== 0 || control === undefined) throw new Error('prlimit failed');
      control.send('reboot', 0);
      // The child is killed, or has ended by itself when nobody took its consoles.
      expect((await control.next('ended', 'rebooted')).text[0]).toBe('failed');
      expect(sandbox.logText()).toMatch(/start failed at rootReady, step -1: recvmsg : errno 24/);
    });
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}

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

  it('of a command does not wait for ever for a Node that is stopped', async () => {
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const entered = sandbox.enter(init, sandbox.enterPlan(...sandbox.shell('read go; echo done')));
      const { text } = await entered.handshake.next('running', 'failed');
      const controller = Number(text[1]);
      entered.handshake.socket.pause();
      const began = Date.now();
      entered.input.write('\n');
      await entered.outputUntil('done');
      await new Promise((wake) => setTimeout(wake, 5000));
      expect(isAlive(controller)).toBe(true);
      await eventually(() => !isAlive(controller), 'the end of the controller');
      expect(Date.now() - began).toBeGreaterThan(9000);
    });
  });

  it('keeps no descriptor of the start, and none of Node', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const expected = [
        '/dev/null',
        '/ptmx',
        '/ptmx',
        'anon_inode:[eventpoll]', // consoles
        'anon_inode:[eventpoll]', // watches
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
