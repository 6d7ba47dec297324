import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  CONTROLLER,
  describeController,
  encodePlan,
  inSandbox,
  MessageStream,
  type Sandbox,
  type Step,
} from './controller-harness.js';

const [ENOENT, ENOEXEC, ECHILD, EACCES, EEXIST, ENODEV, ENOTDIR, EINVAL, ELOOP, EPROTO] = [
  2, 8, 10, 13, 17, 19, 20, 22, 40, 71,
];

/** Starts what can't start; gives the tokens of `failed` and checks that nothing is left. */
async function failure(sandbox: Sandbox, steps: readonly Step[]): Promise<readonly string[]> {
  const handshake = sandbox.launch(encodePlan(steps));
  const { name, text } = await handshake.next('failed', 'running');
  expect(name).toBe('failed');
  await handshake.closed;
  return text;
}

async function expectCleanFailure(sandbox: Sandbox, steps: readonly Step[]): Promise<readonly string[]> {
  const text = await failure(sandbox, steps);
  expect(sandbox.leftovers()).toEqual([]);
  expect(existsSync(sandbox.state)).toBe(false);
  expect(sandbox.events()).toEqual([]);
  return text;
}

function withRoot(sandbox: Sandbox, ...more: Step[]): Step[] {
  return [...sandbox.supervision(), ...sandbox.rootSteps(...more), ...sandbox.shell('exit 0')];
}

function indexOf(steps: readonly Step[], step: Step): string {
  return String(steps.indexOf(step));
}

describeController('a start that fails', () => {
  it.each([
    [
      'missing source',
      ['bind', '/nonexistent/source', '/data', '-'],
      ENOENT,
      'openat2',
      '/nonexistent/source',
    ],
    [
      'missing source inside',
      ['bind-inside', '/nonexistent', '/data', '-'],
      ENOENT,
      'openat2',
      '/nonexistent',
    ],
    ['directory over a file', ['bind', '/usr', '/etc/passwd', '-'], ENOTDIR, 'openat2', '/etc/passwd'],
    ['unknown file system', ['mount', 'nosuchfs', 'x', '/data', '-'], ENODEV, 'fsopen', 'nosuchfs'],
    ['unknown option', ['mount', 'tmpfs', 'x', '/data', '-', 'nosuch=1'], EINVAL, 'fsconfig', 'nosuch=1'],
    ['the root as a target', ['mount', 'tmpfs', 'x', '/usr/..', '-'], EINVAL, 'move_mount', '/usr/..'],
    ['read-only where nothing is mounted', ['remount-readonly', '/tmp'], EINVAL, 'mount_setattr', '/tmp'],
    ['another device in the way', ['device', '/dev/null', 'c', 1, 5, '666'], EEXIST, 'mknodat', '/dev/null'],
    ['another link in the way', ['symlink', 'elsewhere', '/bin'], EEXIST, 'symlinkat', '/bin'],
  ] as [string, Step, number, string, string][])(
    'names the step: %s',
    async (_, step, errno, syscall, path) => {
      await inSandbox(async (sandbox) => {
        const steps = withRoot(sandbox, step);
        const text = await expectCleanFailure(sandbox, steps);
        expect(text).toEqual(['rootReady', indexOf(steps, step), String(errno), syscall, path]);
        expect(sandbox.logText()).toContain(`start failed at rootReady, step ${text[1]}: ${syscall} ${path}`);
      });
    },
  );

  it.each([
    ['missing', '/nonexistent/init', ENOENT, '/nonexistent/init'],
    ['not executable', '/etc/passwd', EACCES, '/etc/passwd'],
    ['of no known format', '/etc/garbage', ENOEXEC, '/etc/garbage'],
    ['not in PATH', 'nosuchcommand', ENOENT, 'nosuchcommand'],
    ['in PATH but not executable', 'passwd.only', EACCES, 'passwd.only'],
  ] as [string, string, number, string][])('names the init: %s', async (_, init, errno, path) => {
    await inSandbox(async (sandbox) => {
      writeFileSync(join(sandbox.root, 'etc/garbage'), 'no program\n', { mode: 0o755 });
      writeFileSync(join(sandbox.root, 'etc/passwd.only'), 'x', { mode: 0o644 });
      const steps: Step[] = [
        ...sandbox.supervision(),
        ...sandbox.rootSteps(),
        ['environment', 'PATH=/nowhere:/etc:/bin'],
        ['executable', init],
        ['argument', init],
      ];
      const text = await expectCleanFailure(sandbox, steps);
      const step = steps.findIndex(([name]) => name === 'executable');
      expect(text).toEqual(['execing', String(step), String(errno), 'execve', path]);
    });
  });

  it('refuses a working directory that is missing or outside', async () => {
    for (const [path, errno] of [
      ['/nonexistent', ENOENT],
      ['/proc/self/fd/3', ENOENT],
      ['/proc/1/cwd', ELOOP],
      ['/proc/self/root', ELOOP],
    ] as [string, number][]) {
      await inSandbox(async (sandbox) => {
        const steps = withRoot(sandbox);
        steps.push(['working-directory', path]);
        const [stage, step, code, syscall] = await expectCleanFailure(sandbox, steps);
        expect([stage, step, syscall]).toEqual(['execing', String(steps.length - 1), 'chdir']);
        expect([errno, ELOOP]).toContain(Number(code));
      });
    }
  });

  it('fails when its process is killed after the last stage and before it has executed anything', async () => {
    await inSandbox(async (sandbox) => {
      const steps = [
        ...sandbox.supervision(),
        ...sandbox.rootSteps(),
        // Looking the name up takes a while.
        ['environment', `PATH=${'/usr/lib/../nowhere:'.repeat(6000)}`],
        ['executable', 'nosuchcommand'],
      ] as Step[];
      const handshake = sandbox.launch(encodePlan(steps));
      await handshake.next('execing', 'failed');
      for (const pid of sandbox.processes()) process.kill(pid, 'SIGKILL');
      const { name, text } = await handshake.next('failed', 'running');
      expect([name, ...text]).toEqual([
        'failed',
        'running',
        '-1',
        String(ECHILD),
        'waitid',
        'the first process ended with signal 9',
      ]);
      await handshake.closed;
      expect(sandbox.events()).toEqual([]);
      expect(sandbox.leftovers()).toEqual([]);
    });
  });

  it('keeps a persistent domain and its last exit record', async () => {
    await inSandbox(async (sandbox) => {
      writeFileSync(sandbox.persistentFile, '<domain/>');
      writeFileSync(join(sandbox.state, 'exit'), 'of the run before');
      writeFileSync(join(sandbox.state, 'live.json'), '{}');
      await failure(sandbox, withRoot(sandbox, ['bind', '/nonexistent', '/x', '-']));
      expect(sandbox.stateFiles()).toEqual(['exit']);
      expect(sandbox.leftovers()).toEqual([]);
      expect(readFileSync(join(sandbox.state, 'exit'), 'utf8')).toBe('of the run before');
    });
  });

  it('says what the file system itself says about a mount option', async () => {
    await inSandbox(async (sandbox) => {
      await failure(sandbox, withRoot(sandbox, ['mount', 'tmpfs', 'x', '/data', '-', 'nosuch=1']));
      expect(sandbox.logText()).toMatch(/mount tmpfs at \/data: .*nosuch/);
    });
  });
});

describeController('a container that tries to lead a start astray', () => {
  it.each(['/proc', '/sys', '/dev'])('%s is not mounted through a link', async (target) => {
    await inSandbox(async (sandbox) => {
      const canary = join(sandbox.folder, 'canary');
      mkdirSync(canary);
      rmSync(join(sandbox.root, target), { recursive: true });
      symlinkSync(canary, join(sandbox.root, target));
      const text = await expectCleanFailure(sandbox, withRoot(sandbox));
      expect(text.slice(2)).toEqual([String(ELOOP), 'openat2', target]);
      expect(readdirSync(canary)).toEqual([]);
    });
  });

  it('links in targets lead inside the root only', async () => {
    await inSandbox(async (sandbox) => {
      const outside = join(sandbox.folder, 'outside');
      mkdirSync(outside);
      symlinkSync(outside, join(sandbox.root, 'absolute'));
      symlinkSync('../../../../../../tmp', join(sandbox.root, 'dots'));
      await sandbox.start([
        ...sandbox.supervision(),
        ...sandbox.rootSteps(
          // Where the absolute link leads to inside of the root.
          ['directory', outside, '755'],
          ['directory', '/absolute/made', '755'],
          ['device', '/dots/null', 'c', 1, 3, '666'],
          ['mount', 'tmpfs', 'x', '/absolute/mounted', '-'],
          ['symlink', 'x', '/absolute/link'],
        ),
        ...sandbox.command('/bin/sleep', '1000'),
      ]);
      expect(readdirSync(outside)).toEqual([]);
      expect(readdirSync(join(sandbox.root, outside)).sort()).toEqual(['link', 'made', 'mounted']);
      expect(existsSync(join(sandbox.root, 'tmp/null'))).toBe(true);
    });
  });

  it('special files in place of accounts neither block nor count', async () => {
    await inSandbox(async (sandbox) => {
      rmSync(join(sandbox.root, 'etc/passwd'));
      mkdirSync(join(sandbox.root, 'etc/passwd'));
      symlinkSync('/usr/lib/os-release', join(sandbox.root, 'etc/group.link'));
      const steps = withRoot(sandbox);
      steps.push(['user', 'worker']);
      const text = await expectCleanFailure(sandbox, steps);
      expect(text).toEqual(['execing', String(steps.length - 1), String(EINVAL), 'openat2', '/etc/passwd']);
    });
  });
});

describeController('accounts that are no regular files', () => {
  it.each([
    ['a device', ['c', '5', '1'], EINVAL],
    ['a block device', ['b', '7', '0'], EINVAL],
    ['a pipe', ['p'], EINVAL],
  ] as [string, string[], number][])('are not even opened: %s', async (_, node, errno) => {
    await inSandbox(async (sandbox) => {
      const passwd = join(sandbox.root, 'etc/passwd');
      rmSync(passwd);
      expect(spawnSync('mknod', [passwd, ...node]).status).toBe(0);
      // Who writes to a pipe waits until somebody opens it for reading.
      const writer =
        node[0] === 'p' ? spawn('sh', ['-c', `echo > '${passwd}'`], { stdio: 'ignore' }) : undefined;
      try {
        const steps = withRoot(sandbox);
        steps.push(['user', 'worker']);
        const text = await expectCleanFailure(sandbox, steps);
        expect(text).toEqual(['execing', String(steps.length - 1), String(errno), 'openat2', '/etc/passwd']);
        await new Promise((wake) => setTimeout(wake, 50));
        expect(writer?.exitCode ?? null).toBe(null);
      } finally {
        writer?.kill('SIGKILL');
        if (writer) await once(writer, 'exit');
      }
    });
  });

  it('are refused behind a link, as ever', async () => {
    await inSandbox(async (sandbox) => {
      rmSync(join(sandbox.root, 'etc/passwd'));
      symlinkSync('/usr/lib/os-release', join(sandbox.root, 'etc/passwd'));
      const steps = withRoot(sandbox);
      steps.push(['user', 'worker']);
      const text = await expectCleanFailure(sandbox, steps);
      expect(text.slice(2)).toEqual([String(ELOOP), 'openat2', '/etc/passwd']);
    });
  });

  it('do not keep a file that is mounted there from being read', async () => {
    await inSandbox(async (sandbox) => {
      const elsewhere = join(sandbox.folder, 'passwd');
      renameSync(join(sandbox.root, 'etc/passwd'), elsewhere);
      const more: Step[] = [
        ['bind', elsewhere, '/etc/passwd', 'ro'],
        ['user', 'worker'],
      ];
      const { output } = await sandbox.runScript('id -u', ...more);
      expect(output.trim()).toBe('1234');
    });
  });
});

describeController('a plan that is wrong', () => {
  it.each([
    ['an unknown step', ['frobnicate', 'x'], EPROTO, 'frobnicate'],
    ['a step of the other command', ['home-from-user'], EPROTO, 'home-from-user'],
    ['too few tokens', ['symlink', 'x'], EPROTO, 'symlink'],
    ['too many tokens', ['symlink', 'x', 'y', 'z'], EPROTO, 'symlink'],
    ['a setting twice', ['hostname', 'again'], EPROTO, 'hostname'],
    ['a second root', ['root', '/tmp', '-'], EPROTO, 'root'],
    ['a NUL byte', ['directory', 'x\0y', '755'], EPROTO, 'directory'],
    ['an unknown flag', ['bind', '/usr', '/x', 'ro,sudo'], EINVAL, 'bind'],
    ['a relative target', ['directory', 'x', '755'], EINVAL, 'directory'],
    ['a number that is none', ['device', '/x', 'c', '1x', '3', '666'], EINVAL, 'device'],
    ['a console that is not there', ['bind-console', 7, '/dev/x'], EINVAL, 'bind-console'],
    ['an entry without a name', ['environment', '=x'], EINVAL, 'environment'],
    ['an unknown namespace', ['namespaces', 'mount', 'time'], EPROTO, 'namespaces'],
  ] as [string, Step, number, string][])('is refused: %s', async (_, step, errno, name) => {
    await inSandbox(async (sandbox) => {
      const steps = withRoot(sandbox);
      steps.push(step);
      const text = await failure(sandbox, steps);
      expect(text).toEqual(['planRead', String(steps.length - 1), String(errno), 'plan', name]);
    });
  });

  it('is refused when it is cut off anywhere', async () => {
    await inSandbox(async (sandbox) => {
      const plan = encodePlan([
        ['domain', 'u', 'n'],
        ['state-directory', sandbox.state],
        ['namespaces', 'mount', 'pid'],
        ['root', sandbox.root, '-'],
        ['environment', 'A=B'],
        ['executable', '/bin/true'],
      ]);
      const results: string[] = [];
      for (let start = 0; start < plan.length; start += 16) {
        const lengths = Array.from(
          { length: Math.min(16, plan.length - start) },
          (_, offset) => start + offset,
        );
        results.push(...(await Promise.all(lengths.map((length) => resultOf(plan.subarray(0, length))))));
      }
      expect([...new Set(results)]).toEqual(['failed planRead']);
      expect(results).toHaveLength(plan.length);
      expect(await resultOf(Buffer.concat([plan, Buffer.from([0])]))).toBe('failed planRead');
      expect(await resultOf(Buffer.concat([plan, Buffer.from([0xff, 0xff, 0xff, 0xff])]))).toBe(
        'failed planRead',
      );
      expect(sandbox.stateFiles()).toEqual([]);
    });
  }, 60_000);

  it('is read from a pipe as well as from a file', async () => {
    expect(await resultOf(Buffer.from('VTPLAN1\n'), { piped: true })).toBe('failed planRead');
  });
});

describeController('the executable itself', () => {
  it('ends with a usage error for other commands, and at once without its descriptors', async () => {
    for (const [argv, code] of [
      [[], 2],
      [['frobnicate'], 2],
      [['run'], 1],
      [['enter'], 1],
    ] as [string[], number][]) {
      const child = spawn(CONTROLLER, argv, { stdio: 'ignore' });
      expect(await new Promise((done) => child.once('exit', done))).toBe(code);
    }
  });
});

/** What the controller answers to these bytes. */
async function resultOf(plan: Buffer, { piped = false } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'virtainer-plan-'));
  const file = join(folder, 'plan');
  writeFileSync(file, plan);
  const planFd = openSync(file, 'r');
  rmSync(folder, { recursive: true });
  try {
    const child = spawn(CONTROLLER, ['run'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', piped ? 'pipe' : planFd, planFd],
    });
    if (piped) (child.stdio[4] as Duplex).end(plan);
    const handshake = new MessageStream(child.stdio[3] as Duplex);
    const { name, text } = await handshake.next('failed', 'running');
    await handshake.closed;
    return `${name} ${text[0]}`;
  } finally {
    closeSync(planFd);
  }
}
