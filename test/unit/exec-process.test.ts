import { PassThrough, Readable } from 'node:stream';
import type { ExecOptions } from 'virtainer';
import type { ExecHandle, ExitStatus } from '../../lib/driver.js';
import { ExecProcess } from '../../lib/exec-process.js';

/** A command whose end the test decides. */
class FakeCommand {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly kill = jest.fn<undefined, [NodeJS.Signals | number]>();
  readonly resize = jest.fn<undefined, [number, number]>();
  readonly onEnd = jest.fn();
  exit!: (status: ExitStatus) => void;
  lose!: (error: Error) => void;
  readonly #exit = new Promise<ExitStatus>((resolve, reject) => {
    this.exit = resolve;
    this.lose = reject;
  });

  start(
    options: ExecOptions = {},
    launch = (): Promise<ExecHandle> => Promise.resolve(this.handle()),
  ): ExecProcess {
    return new ExecProcess<string>({
      domainName: 'd',
      argv: ['fake'],
      options,
      launch,
      decode: (bytes) => bytes.toString(),
      onEnd: this.onEnd,
    });
  }

  handle(): ExecHandle {
    const { stdin, stdout, stderr, kill, resize } = this;
    return { pid: 42, stdin, stdout, stderr, exit: this.#exit, kill, resize };
  }

  end(status: ExitStatus = { exitCode: 0, signal: null }): void {
    this.stdout.end();
    this.stderr.end();
    this.exit(status);
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('signals and sizes given before the command is there reach it', async () => {
  const fake = new FakeCommand();
  const process = fake.start();
  process.kill('SIGUSR1');
  process.resize(100, 40);
  expect(await process.pid).toBe(42);
  expect(fake.kill).toHaveBeenCalledWith('SIGUSR1');
  expect(fake.resize).toHaveBeenCalledWith(40, 100);
  fake.end();
  await process;
  process.kill();
  expect(fake.kill).toHaveBeenCalledTimes(1);
  expect(fake.onEnd).toHaveBeenCalledTimes(1);
});

test('SIGTERM is followed by SIGKILL after forceKillAfterDelayMs', async () => {
  const fake = new FakeCommand();
  fake.kill.mockImplementation((signal) => {
    if (signal === 'SIGKILL') fake.end({ exitCode: null, signal });
  });
  const process = fake.start({ forceKillAfterDelayMs: 10 });
  process.kill();
  expect(await process).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  expect(fake.kill.mock.calls).toEqual([['SIGTERM'], ['SIGKILL']]);
});

test('output held open by somebody else is not waited for after SIGKILL', async () => {
  const fake = new FakeCommand();
  fake.kill.mockImplementation(() => {
    fake.exit({ exitCode: null, signal: 'SIGTERM' });
  });
  fake.stdout.write('before');
  const result = await fake.start({ timeoutMs: 10, forceKillAfterDelayMs: 10 });
  expect(result).toMatchObject({ timedOut: true, stdout: 'before', signal: 'SIGTERM' });
});

test('back-pressure reaches the command when output is streamed', async () => {
  const fake = new FakeCommand();
  const process = fake.start({ buffer: false });
  await process.pid;
  let accepted = true;
  for (let count = 0; accepted && count < 1000; count += 1) {
    accepted = fake.stdout.write(Buffer.alloc(65_536));
    await tick();
  }
  expect(accepted).toBe(false);
  process.stdout.resume();
  fake.end();
  await process;
});

test('back-pressure reaches who writes to stdin', async () => {
  const fake = new FakeCommand();
  const process = fake.start();
  await process.pid;
  let accepted = true;
  for (let count = 0; accepted && count < 1000; count += 1) {
    accepted = process.stdin.write(Buffer.alloc(65_536));
    await tick();
  }
  expect(accepted).toBe(false);
  fake.end();
  await process;
});

test('EPIPE on stdin is no error, and an endless input is let go', async () => {
  const fake = new FakeCommand();
  const read = jest.fn();
  const input: Readable = new Readable({
    read: () => {
      read();
      setImmediate(() => input.push('x'.repeat(1000)));
    },
  });
  const process = fake.start({ input });
  await process.pid;
  fake.stdin.destroy(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
  await tick();
  await tick();
  fake.end();
  expect(await process).toMatchObject({ exitCode: 0 });
  process.stdin.write('late');
  await tick();
  const reads = read.mock.calls.length;
  for (let count = 0; count < 20; count += 1) await tick();
  expect(read.mock.calls.length).toBeLessThan(reads + 20);
  input.destroy();
});

test('an error of an output stream is no exception', async () => {
  const fake = new FakeCommand();
  const process = fake.start();
  await process.pid;
  fake.stdout.destroy(new Error('EIO'));
  fake.end();
  expect(await process).toMatchObject({ exitCode: 0, stdout: '' });
});

test('destroying stdout closes the command’s pipe', async () => {
  const fake = new FakeCommand();
  const process = fake.start();
  await process.pid;
  process.stdout.destroy();
  await tick();
  expect(fake.stdout.destroyed).toBe(true);
  fake.stderr.end();
  fake.exit({ exitCode: null, signal: 'SIGPIPE' });
  expect(await process).toMatchObject({ signal: 'SIGPIPE' });
});

test('an end that can not be known rejects', async () => {
  const fake = new FakeCommand();
  const process = fake.start();
  fake.lose(new Error('the controller is gone'));
  await expect(Promise.resolve(process)).rejects.toThrow('the controller is gone');
});

test('an abort while the command is being started ends it as soon as it is there', async () => {
  const fake = new FakeCommand();
  fake.kill.mockImplementation(() => {
    fake.end({ exitCode: null, signal: 'SIGTERM' });
  });
  const abort = new AbortController();
  const process = fake.start({ signal: abort.signal }, async () => {
    await tick();
    return fake.handle();
  });
  abort.abort();
  await expect(Promise.resolve(process)).rejects.toMatchObject({
    result: { isCanceled: true, signal: 'SIGTERM' },
  });
});

test('an aborted signal keeps the command from being started', async () => {
  const launch = jest.fn();
  const process = new FakeCommand().start({ signal: AbortSignal.abort() }, launch);
  await expect(Promise.resolve(process)).rejects.toMatchObject({ result: { isCanceled: true } });
  expect(launch).not.toHaveBeenCalled();
});

test('finally() runs whatever the end', async () => {
  const done = jest.fn();
  await expect(
    new FakeCommand().start({}, () => Promise.reject(new Error('no'))).finally(done),
  ).rejects.toThrow('no');
  const fake = new FakeCommand();
  fake.end();
  await fake.start().finally(done);
  expect(done).toHaveBeenCalledTimes(2);
});

test('a line that never ends stops the command at maxBuffer', async () => {
  const fake = new FakeCommand();
  fake.kill.mockImplementation(() => {
    fake.end({ exitCode: null, signal: 'SIGTERM' });
  });
  const process = fake.start({ maxBuffer: 10 });
  fake.stdout.write('short\n');
  fake.stdout.write('x'.repeat(100));
  const lines: string[] = [];
  await expect(
    (async () => {
      for await (const line of process) lines.push(line);
    })(),
  ).rejects.toMatchObject({ result: { isMaxBuffer: true } });
  expect(lines).toEqual(['short']);
});

test('stderr beyond maxBuffer does not stop a command whose lines are read', async () => {
  const fake = new FakeCommand();
  const process = fake.start({ maxBuffer: 10 });
  fake.stderr.write('e'.repeat(100));
  fake.stdout.write('line\n');
  fake.end();
  for await (const line of process) expect(line).toBe('line');
  expect(await process).toMatchObject({ failed: false, stderr: 'e'.repeat(10) });
});
