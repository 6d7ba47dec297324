import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeController,
  eventually,
  inSandbox,
  isAlive,
  type Entered,
  type Sandbox,
  type Step,
} from './controller-harness.js';

/** A container that waits, and the way to run scripts in it. */
async function inContainer(
  body: (facts: {
    readonly sandbox: Sandbox;
    readonly init: number;
    readonly enter: (script: string, ...more: Step[]) => Entered;
    readonly terminal: (script: string, ...more: Step[]) => Entered;
  }) => Promise<void>,
): Promise<void> {
  await inSandbox(async (sandbox) => {
    const { init } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
    const plan = (script: string, more: readonly Step[]): Step[] =>
      sandbox.enterPlan(...sandbox.shell(script), ...more);
    await body({
      sandbox,
      init,
      enter: (script, ...more) => sandbox.enter(init, plan(script, more)),
      terminal: (script, ...more) =>
        sandbox.enter(init, plan(script, [['terminal', 24, 80], ...more]), { terminal: true }),
    });
  });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describeController('a command in a container', () => {
  it('tells its stages and its exact end', async () => {
    await inContainer(async ({ enter }) => {
      const command = enter('echo out; echo err >&2; exit 42');
      expect(await command.result()).toBe('exited 42');
      expect(command.output().toString()).toBe('out\n');
      expect(command.errors()).toBe('err\n');
      expect(command.handshake.names()).toEqual([
        'hello',
        'planRead',
        'cgroupJoined',
        'namespacesCreated',
        'execing',
        'running',
        'exited',
      ]);
      expect(await enter('kill -SEGV $$').result()).toBe('signaled 11');
    });
  });

  it('is in the namespaces and cgroups of the container, and of its own session', async () => {
    await inContainer(async ({ sandbox, init, enter }) => {
      const command = enter(
        'for ns in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$ns; done; hostname; pwd; ps -o sid= -p $$; echo $$; read go',
      );
      const running = await command.handshake.next('running');
      const pid = Number(running.text[3]);
      await eventually(() => command.output().toString().split('\n').length > 10, 'the output');
      const lines = command
        .output()
        .toString()
        .split('\n')
        .map((line) => line.trim());
      expect(lines.slice(0, 6)).toEqual(
        ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'].map((name) => readlinkSync(`/proc/${init}/ns/${name}`)),
      );
      expect(lines.slice(6, 8)).toEqual(['inside', '/']);
      expect(lines[8]).toBe(lines[9]);
      expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21]).toBe(running.text[4]);
      for (const { directory } of sandbox.cgroups) {
        expect(readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n')).toContain(String(pid));
      }
      command.input.write('\n');
      await command.result();
    });
  });

  it('has no descriptor of ours', async () => {
    await inContainer(async ({ enter }) => {
      const command = enter('ls /proc/$$/fd; grep -E "^(SigBlk|SigIgn|Cap(Inh|Amb))" /proc/self/status');
      expect(await command.result()).toBe('exited 0');
      expect(command.output().toString().split('\n').slice(0, 4)).toEqual([
        '0',
        '1',
        '2',
        expect.stringMatching(/^Sig/),
      ]);
      expect(command.output().toString()).not.toMatch(/\t.*[1-9a-f]/);
    });
  });

  it('runs as the user asked for, with its home', async () => {
    await inContainer(async ({ enter }) => {
      const worker = enter('id -u; id -G; echo $HOME', ['user', 'worker'], ['home-from-user']);
      expect(await worker.result()).toBe('exited 0');
      expect(worker.output().toString()).toBe('1234\n2345 3456 3457\n/home/worker\n');
      const given = enter(
        'echo $HOME',
        ['user', 'worker'],
        ['home-from-user'],
        ['environment', 'HOME=/mine'],
      );
      await given.result();
      expect(given.output().toString()).toBe('/mine\n');
    });
  });

  it.each([
    ['command', ['executable', '/nonexistent'], 'failed execing # 2 execve /nonexistent'],
    ['user', ['user', 'nobody'], 'failed execing # 22 user nobody'],
    ['directory', ['working-directory', '/nonexistent'], 'failed execing # 2 chdir /nonexistent'],
    ['step', ['hostname', 'x'], 'failed planRead # 71 plan hostname'],
  ] as [string, Step, string][])('fails with the step: %s', async (_, step, expected) => {
    await inContainer(async ({ sandbox, init }) => {
      const steps = sandbox.enterPlan(...sandbox.shell('exit 0').filter(([name]) => name !== step[0]), step);
      const command = sandbox.enter(init, steps);
      expect(await command.result()).toBe(expected.replace('#', String(steps.length - 1)));
      await command.handshake.closed;
    });
  });

  it('fails when the container has ended', async () => {
    await inContainer(async ({ sandbox, init }) => {
      const child = await spawnAfterEnd(sandbox, init);
      expect(await child.result()).toMatch(/^failed cgroupJoined \d+ 2 open/);
    });
  });

  it('carries large binary data both ways', async () => {
    await inContainer(async ({ enter }) => {
      const bytes = Buffer.alloc(3_000_000, 'binary \0\x01\xff\r\n\x04\x11\x13', 'latin1');
      const command = enter('cat');
      command.input.end(bytes);
      expect(await command.result()).toBe('exited 0');
      expect(sha256(command.output())).toBe(sha256(bytes));
    });
  });

  it('hands on signals to the whole process group', async () => {
    await inContainer(async ({ enter }) => {
      const command = enter(
        'trap "echo parent; wait; exit 5" TERM; (trap "echo child; exit" TERM; echo ready; while :; do sleep 0.02; done) & while :; do sleep 0.02; done',
      );
      await command.outputUntil('ready');
      command.handshake.send('signal', 15);
      expect(await command.result()).toBe('exited 5');
      expect(command.output().toString()).toMatch(/parent/);
      expect(command.output().toString()).toMatch(/child/);
    });
  });

  it('is killed with its process group when Node goes away', async () => {
    await inContainer(async ({ sandbox, init, enter }) => {
      const command = enter('sleep 1000 & echo ready; wait');
      await command.outputUntil('ready');
      command.handshake.socket.destroy();
      await eventually(
        () => sandbox.processes().filter((pid) => pid !== init).length === 0,
        'the end of the group',
      );
    });
  });

  it('is killed when its supervisor is', async () => {
    await inContainer(async ({ enter }) => {
      for (const user of ['root', 'worker']) {
        const command = enter('echo ready; exec sleep 1000', ['user', user]);
        const { text } = await command.handshake.next('running');
        await command.outputUntil('ready');
        process.kill(Number(text[1]), 'SIGKILL');
        await eventually(() => !isAlive(Number(text[3])), 'the end of the command');
      }
    });
  });

  it('ends with the container', async () => {
    await inContainer(async ({ sandbox, enter }) => {
      const command = enter('echo ready; sleep 1000');
      await command.outputUntil('ready');
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      expect(await command.result()).toBe('signaled 9');
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
    });
  });

  it('ignores unknown messages, and ends by garbage', async () => {
    await inContainer(async ({ enter }) => {
      const command = enter('echo ready; exec sleep 1000');
      await command.outputUntil('ready');
      command.handshake.send('query');
      command.handshake.send('signal', 'nine');
      command.handshake.send('signal', 0);
      command.handshake.send('resize', 1);
      const { text } = await command.handshake.next('running');
      expect(isAlive(Number(text[3]))).toBe(true);
      command.handshake.socket.write(Buffer.alloc(16, 0xff));
      await eventually(() => !isAlive(Number(text[3])), 'the end of the command');
    });
  });
});

describeController('a command with a terminal', () => {
  it('has a controlling terminal of the container, of the size asked for', async () => {
    await inContainer(async ({ terminal }) => {
      const command = terminal(
        'tty; stty size; echo ctty > /dev/tty; test -t 0 && test -t 1 && test -t 2 && exit 4',
      );
      expect(await command.result()).toBe('exited 4');
      expect(command.output().toString()).toBe('/dev/pts/2\r\n24 80\r\nctty\r\n');
    });
  });

  it('is resized, interrupted and fed', async () => {
    await inContainer(async ({ terminal }) => {
      const command = terminal(
        'trap "stty size" WINCH; trap "exit 9" INT; echo ready; while :; do read line && echo "<$line>"; done',
      );
      await command.outputUntil('ready');
      command.handshake.send('resize', 50, 132);
      command.input.write('typed\n');
      await command.outputUntil('<typed>');
      await command.outputUntil('50 132');
      command.input.write('\x03');
      expect(await command.result()).toBe('exited 9');
    });
  });

  it('loses no output of a command that ends at once, however slow the reader', async () => {
    await inContainer(async ({ terminal }) => {
      const command = terminal('stty raw; sleep 0.3; seq 1 200000');
      const { text } = await command.handshake.next('running');
      command.input.pause();
      await new Promise((wake) => setTimeout(wake, 1000));
      expect(isAlive(Number(text[3]))).toBe(true);
      command.input.resume();
      expect(await command.result()).toBe('exited 0');
      const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('');
      expect(command.output().toString() === expected).toBe(true);
    });
  });

  it('carries large input', async () => {
    await inContainer(async ({ terminal }) => {
      const bytes = Buffer.alloc(1_000_000, 'any \0\x01\xff bytes\r\n', 'latin1');
      const command = terminal('stty raw -echo; echo ready; head -c 1000000 | sha256sum');
      await command.outputUntil('ready');
      command.input.write(bytes);
      expect(await command.result()).toBe('exited 0');
      expect(command.output().toString()).toContain(sha256(bytes));
    });
  });

  it('is not tricked by what the container puts in the place of its terminals', async () => {
    await inContainer(async ({ enter, terminal }) => {
      const attempt = async (setUp: string, errno: number): Promise<void> => {
        expect(await enter(setUp).result()).toBe('exited 0');
        expect(await terminal('exit 0').result()).toMatch(new RegExp(`^failed execing \\d+ ${errno} `));
        expect(await enter('umount /dev/pts/ptmx || umount /dev/pts; [ -e /dev/pts/0 ]').result()).toBe(
          'exited 0',
        );
      };
      await attempt('mount --bind /dev/null /dev/pts/ptmx', 18);
      await attempt('mkfifo /run/fifo && mount --bind /run/fifo /dev/pts/ptmx', 18);
      await attempt('mount -t tmpfs x /dev/pts && ln -s /dev/null /dev/pts/ptmx', 19);
    });
  });

  it('lets the command go on when only its terminal is closed', async () => {
    await inContainer(async ({ sandbox, terminal }) => {
      const command = terminal('echo ready; sleep 0.1; seq 1 100000; touch /run/done');
      await command.outputUntil('ready');
      command.input.destroy();
      expect((await command.handshake.next('exited')).text.slice(0, 2)).toEqual(['exited', '0']);
      expect(readFileSync(join(sandbox.root, 'run/done'), 'utf8')).toBe('');
    });
  });
});

describeController('the accounts of a hostile container', () => {
  it('do not keep the administrator out, and let nobody in as somebody else', async () => {
    await inContainer(async ({ sandbox, enter }) => {
      const passwd = join(sandbox.root, 'etc/passwd');
      rmSync(passwd);
      expect(spawnSync('mkfifo', [passwd]).status).toBe(0);
      expect(await enter('exit 0').result()).toBe('exited 0');
      expect(await enter('exit 0', ['user', '0']).result()).toMatch(
        /^failed execing \d+ 22 openat2 \/etc\/passwd/,
      );
      rmSync(passwd);
      symlinkSync('/proc/self/environ', passwd);
      expect(await enter('exit 0', ['user', 'root']).result()).toMatch(/^failed execing \d+ 40 openat2/);
      rmSync(passwd);
      writeFileSync(passwd, Buffer.alloc(2_000_000, 'root:x:0:0::/:\n'));
      expect(await enter('exit 0', ['user', 'root']).result()).toMatch(/^failed execing \d+ 27 read/);
      rmSync(passwd);
      const user = await uidOf(enter('id -u', ['user', '1000']));
      expect(user).toBe('1000');
    });
  });
});

async function uidOf(command: Entered): Promise<string> {
  await command.result();
  return command.output().toString().trim();
}

/** Enters a container whose init has just been killed, while the kernel still knows its pidfd. */
/** As long as the container's controller cleans up, it may also kill what comes: controller-enter-attack.test.ts. */
async function spawnAfterEnd(sandbox: Sandbox, init: number): Promise<Entered> {
  const command = sandbox.enter(init, sandbox.enterPlan(...sandbox.shell('exit 0')), {
    before: `kill 9, ${init}; vec(my $ended, 5, 1) = 1; select($ended, undef, undef, undef); select(undef, undef, undef, 0.01) while -e '${sandbox.state}/controller';`,
  });
  await command.handshake.next('hello');
  return command;
}
