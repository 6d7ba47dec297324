/** exec and run. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { useSession, type Running } from './session.js';

const stdinTerminal = ({ stdin, stdout }: Running): void => {
  stdin.isTTY = true;
  stdout.setSize(100, 30);
};

describe('exec', () => {
  const cli = useSession();

  test('keeps stdout and stderr apart, and gives the exit code of the command', async () => {
    expect(await cli.run('exec', 'test', '--', 'echo', 'a', '--json')).toEqual({
      code: 0,
      stdout: 'a --json\n',
      stderr: '',
    });
    expect(await cli.run('exec', 'test', '--', 'cat', '/x')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'cat: /x: No such file or directory\n',
    });
  });

  test('passes environment, directory and terminal size on', async () => {
    expect(
      await cli.run('exec', '-e', 'A=1=2', '-e', 'B=', 'test', '--', 'printenv', 'A', 'B'),
    ).toMatchObject({ stdout: '1=2\n\n' });
    expect(await cli.run('exec', 'test', '-w', '/etc', '--', 'pwd')).toMatchObject({ stdout: '/etc\n' });
    expect(await cli.run('exec', 'test', '-t', '--', 'stty', 'size')).toMatchObject({ stdout: '24 80\n' });
  });

  test('stdin is passed on with -i only', async () => {
    expect(await cli.runWith('hello', 'exec', '-i', 'test', '--', 'cat')).toMatchObject({
      code: 0,
      stdout: 'hello',
    });
    expect(await cli.runWith('hello', 'exec', 'test', '--', 'cat')).toMatchObject({ code: 0, stdout: '' });
  });

  test('bytes are not touched, however many and however slow the reader', async () => {
    const bytes = randomBytes(3_000_000);
    const received = createHash('sha256');
    const running = cli.start(['exec', '-i', 'test', '--', 'cat'], ({ stdout }) => {
      stdout.on('data', (chunk: Buffer) => {
        received.update(chunk);
        stdout.pause();
        setTimeout(() => stdout.resume(), 1);
      });
    });
    running.stdin.end(bytes);
    await running.ended;
    running.stdout.end();
    if (!running.stdout.readableEnded) await new Promise((resolve) => running.stdout.once('end', resolve));
    expect(received.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('exits with 127 when there is no such command, with 125 when we fail', async () => {
    expect(await cli.run('exec', 'test', '--', 'no-such-command')).toMatchObject({
      code: 127,
      stdout: '',
      stderr: expect.stringContaining('no-such-command') as unknown,
    });
    expect(await cli.run('exec', 'nobody', '--', 'true')).toMatchObject({ code: 125 });
    expect(await cli.run('exec', 'test')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('put the command behind --') as unknown,
    });
    expect(await cli.run('exec', 'test', '-e', 'A', '--', 'true')).toMatchObject({ code: 125 });
    await cli.run('suspend', 'test');
    expect(await cli.run('exec', 'test', '--', 'true')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('paused') as unknown,
    });
  });

  test('--timeout stops the command with 124', async () => {
    expect(await cli.run('exec', 'test', '--timeout', '0.05', '--', 'sleep', 'infinity')).toEqual({
      code: 124,
      stdout: '',
      stderr: 'error: the command was stopped after 0.05 s\n',
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s is passed on: exit code %d', async (signal, code) => {
    const running = cli.start(['exec', 'test', '--', 'sleep', 'infinity']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running.signals.emit(signal, signal);
    expect(await running.ended).toMatchObject({ code });
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('--json collects the output', async () => {
    expect(await cli.json('exec', 'test', '--', 'true').catch(() => 'no object')).toBe('no object');
    const { code, stdout } = await cli.run('exec', '--json', 'test', '--', 'cat', '/x');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      argv: ['cat', '/x'],
      exitCode: 1,
      signal: null,
      timedOut: false,
      verdict: 'nonzero',
      durationMs: expect.any(Number) as unknown,
      stdout: '',
      stderr: 'cat: /x: No such file or directory\n',
    });
    const missing = await cli.run('exec', '--json', 'test', '--', 'no-such-command');
    expect(missing).toMatchObject({ code: 127, stdout: '' });
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { errno: 'ENOENT', stage: 'execing' } });
    expect(await cli.run('exec', '--json', '-t', 'test', '--', 'true')).toMatchObject({
      code: 125,
      stdout: '',
    });
  });

  test('-it makes the terminal raw, follows its size, and puts it back', async () => {
    const running = cli.start(['exec', '-it', 'test', '--', 'cat'], stdinTerminal);
    running.stdin.write('typed');
    await running.shows('typed');
    expect(running.stdin.raw).toEqual([true]);
    running.stdout.setSize(90, 20);
    running.stdin.end();
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(running.stdin.raw).toEqual([true, false]);
    expect(running.stdout.listenerCount('resize')).toBe(0);
    const size = cli.start(['exec', '-it', 'test', '--', 'stty', 'size'], stdinTerminal);
    expect(await size.ended).toMatchObject({ stdout: '30 100\n' });
  });

  test('the terminal is put back when the command is missing, or killed', async () => {
    const missing = cli.start(['exec', '-it', 'test', '--', 'no-such-command'], stdinTerminal);
    expect(await missing.ended).toMatchObject({ code: 127 });
    expect(missing.stdin.raw).toEqual([true, false]);
    const killed = cli.start(['exec', '-it', 'test', '--', 'sleep', 'infinity'], stdinTerminal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    killed.signals.emit('SIGHUP', 'SIGHUP');
    expect(await killed.ended).toMatchObject({ code: 129 });
    expect(killed.stdin.raw).toEqual([true, false]);
  });

  test('a reader that leaves ends the command by SIGPIPE', async () => {
    const running = cli.start(['exec', '-i', 'test', '--', 'cat']);
    running.stdin.write('x');
    await running.shows('x');
    running.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await running.ended).toMatchObject({ code: 141, stderr: '' });
  });
});

describe('run', () => {
  const cli = useSession();
  // Other test files make roots in the usual place at the same time.
  const temporary = mkdtempSync(join(tmpdir(), 'virtainer-cli-'));
  const usual = process.env.TMPDIR;
  beforeAll(() => {
    process.env.TMPDIR = temporary;
  });
  afterAll(() => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    rmSync(temporary, { recursive: true });
  });
  const names = async (): Promise<string> => (await cli.run('list', '--all', '--name')).stdout;

  test('runs the command in a domain of its own and leaves nothing', async () => {
    expect(await cli.run('run', '-e', 'A=1', '--', 'printenv', 'A')).toEqual({
      code: 0,
      stdout: '1\n',
      stderr: '',
    });
    expect(await cli.run('run', '--host', '--rm', '--memory', '64M', '--', 'false')).toMatchObject({
      code: 1,
    });
    expect(await cli.run('run', '--', 'no-such-command')).toMatchObject({ code: 127 });
    expect(await cli.runWith('x', 'run', '-i', '--', 'cat')).toMatchObject({ stdout: 'x' });
    expect(await names()).toBe('test\n');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--name, --memory and --root make the definition', async () => {
    const running = cli.start([
      'run',
      '-n',
      'box',
      '--memory',
      '64M',
      '--root',
      '/srv/root',
      '--',
      'sleep',
      'infinity',
    ]);
    while (!(await names()).includes('box')) await new Promise((resolve) => setTimeout(resolve, 5));
    const domain = await cli.connection.lookupDomainByName('box');
    expect(await domain.isPersistent()).toBe(false);
    expect(await domain.getDefinition()).toMatchObject({
      memoryKiB: 65536,
      devices: { filesystems: [{ type: 'mount', source: '/srv/root', target: '/' }] },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    running.signals.emit('SIGTERM', 'SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
    expect(await names()).toBe('test\n');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s at any moment leaves nothing', async (signal) => {
    for (const delayMs of [0, 1, 2, 4, 8, 16, 32]) {
      const running = cli.start(['run', '--', 'sleep', 'infinity']);
      const timer = setInterval(() => running.signals.emit(signal, signal), 50);
      setTimeout(() => running.signals.emit(signal, signal), delayMs);
      expect([129, 130, 143]).toContain((await running.ended).code);
      clearInterval(timer);
      expect(running.signals.eventNames()).toEqual([]);
    }
    expect(await names()).toBe('test\n');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('fails with 125 when the container cannot be made', async () => {
    expect(await cli.run('run', '-n', 'test', '--', 'true')).toMatchObject({ code: 125, stdout: '' });
    expect(await cli.run('run', '--host', '--root', '/x', '--', 'true')).toMatchObject({ code: 125 });
    expect(await cli.run('run', '--memory', '64', '--', 'true')).toMatchObject({ code: 125 });
    expect(await cli.run('run')).toMatchObject({ code: 125 });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a container that stops under the command is no error of the clean-up', async () => {
    const running = cli.start(['run', '-n', 'box', '--', 'sleep', 'infinity']);
    while (!(await names()).includes('box')) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cli.run('destroy', 'box');
    expect(await running.ended).toMatchObject({ code: 137, stderr: '' });
  });
});
