import { Readable } from 'node:stream';
import { ExecError, type ExecProcess } from 'virtainer';
import { expectCode, type Suite } from './suite.js';
import { thrownBy } from '../thrown-by.js';

async function lines(command: ExecProcess): Promise<string[]> {
  const all: string[] = [];
  for await (const line of command) all.push(line);
  return all;
}

export function describeExec(suite: Suite): void {
  describe('exec()', () => {
    test('gives output and exit code', async () => {
      const domain = await suite.started();
      const result = await domain.exec(['echo', 'hello', 'world']);
      expect(result).toMatchObject({
        argv: ['echo', 'hello', 'world'],
        exitCode: 0,
        signal: null,
        stdout: 'hello world',
        stderr: '',
        failed: false,
        timedOut: false,
        isCanceled: false,
        isMaxBuffer: false,
      });
      expect(result.durationMs).toBeGreaterThan(0);
      expect((await domain.exec(['uname', '-n'])).stdout).toBe(domain.name);
    });

    test('of a failing command resolves with its code, or rejects when told to', async () => {
      const domain = await suite.started();
      expect(await domain.exec(['false'])).toMatchObject({ exitCode: 1, failed: true });
      const { stderr } = await domain.exec(['cat', '/none']);
      expect(stderr).toContain('/none: No such file or directory');
      const error: unknown = await domain
        .exec(['false'], { reject: true })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ExecError);
      expect(error).toMatchObject({ code: 'OPERATION_FAILED', result: { exitCode: 1 } });
    });

    test('of a missing command fails with SYSTEM_ERROR and ENOENT', async () => {
      const domain = await suite.started();
      const command = domain.exec(['no-such-command']);
      await expect(Promise.resolve(command)).rejects.toMatchObject({ code: 'SYSTEM_ERROR', errno: 'ENOENT' });
      await expect(command.pid).rejects.toMatchObject({ code: 'SYSTEM_ERROR' });
    });

    test('of a rejected result that nobody awaits disturbs nobody', async () => {
      const domain = await suite.started();
      domain.exec(['no-such-command']);
      await domain.exec(['true']);
    });

    test('in a paused domain fails with OPERATION_INVALID', async () => {
      const domain = await suite.started();
      await domain.suspend();
      await expectCode(domain.exec(['true']), 'OPERATION_INVALID');
    });

    test('refuses bad arguments with INVALID_ARG', async () => {
      const domain = await suite.started();
      for (const command of [
        domain.exec([]),
        domain.exec(['']),
        domain.exec(['echo', 'a\0b']),
        domain.exec(['true'], { timeoutMs: -1 }),
        domain.exec(['true'], { env: { 'A=B': 'c' } }),
        domain.exec(['true'], { input: 'x', stdin: 'ignore' }),
        domain.exec(['true'], { tty: { columns: 0, rows: 24 } }),
      ]) {
        await expectCode(command, 'INVALID_ARG');
      }
    });

    test('takes environment and working directory', async () => {
      const domain = await suite.started();
      const env = { GREETING: 'hello there' };
      expect((await domain.exec(['printenv', 'GREETING'], { env })).stdout).toBe('hello there');
      expect((await domain.exec(['pwd'])).stdout).toBe('/');
      expect((await domain.exec(['pwd'], { cwd: '/tmp' })).stdout).toBe('/tmp');
    });

    test('keeps bytes and newlines when asked to', async () => {
      const domain = await suite.started();
      const bytes = Buffer.from([0xff, 0x00, 0x0a, 0x0a]);
      const options = { input: bytes, encoding: 'buffer' } as const;
      expect(Buffer.from((await domain.exec(['cat'], options)).stdout)).toEqual(bytes.subarray(0, 3));
      const whole = await domain.exec(['cat'], { ...options, stripFinalNewline: false });
      expect(Buffer.from(whole.stdout)).toEqual(bytes);
    });
  });

  describe('exec() input', () => {
    test.each([
      ['text', (): string => 'some text'],
      ['bytes', (): Uint8Array => Buffer.from('some text')],
      ['a stream', (): Readable => Readable.from([Buffer.from('some '), Buffer.from('text')])],
    ])('is %s', async (_kind, input) => {
      const domain = await suite.started();
      expect((await domain.exec(['cat'], { input: input() })).stdout).toBe('some text');
    });

    test('is written to stdin, and much of it comes back whole', async () => {
      const domain = await suite.started();
      const command = domain.exec(['cat'], { encoding: 'buffer' });
      const data = Buffer.alloc(4_000_000, 'abcdefg');
      command.stdin.end(data);
      expect(data.equals((await command).stdout)).toBe(true);
    });

    test('is nothing with stdin ignore', async () => {
      const domain = await suite.started();
      expect(await domain.exec(['cat'], { stdin: 'ignore' })).toMatchObject({ exitCode: 0, stdout: '' });
    });

    test('that the command does not read is no error', async () => {
      const domain = await suite.started();
      expect(await domain.exec(['true'], { input: Buffer.alloc(1_000_000) })).toMatchObject({ exitCode: 0 });
    });

    test('that can not be read stops the command', async () => {
      const domain = await suite.started();
      const cause = new Error('bad source');
      const input = new Readable({ read: () => input.destroy(cause) });
      await expect(Promise.resolve(domain.exec(['cat'], { input }))).rejects.toMatchObject({ cause });
    });
  });

  describe('exec() end', () => {
    test('by kill()', async () => {
      const domain = await suite.started();
      const command = domain.exec(['sleep', '1000']);
      expect(await command.pid).toBeGreaterThan(0);
      command.kill('SIGKILL');
      expect(await command).toMatchObject({ exitCode: null, signal: 'SIGKILL', failed: true });
      const early = domain.exec(['sleep', '1000']);
      early.kill();
      expect(await early).toMatchObject({ signal: 'SIGTERM' });
      expect(
        thrownBy(() => {
          early.kill(99);
        }),
      ).toMatchObject({ code: 'INVALID_ARG' });
    });

    test('by timeoutMs', async () => {
      const domain = await suite.started();
      const options = { timeoutMs: 200 };
      expect(await domain.exec(['sleep', '1000'], options)).toMatchObject({ timedOut: true, failed: true });
      await expectCode(domain.exec(['sleep', '1000'], { ...options, reject: true }), 'OPERATION_TIMEOUT');
    });

    test('by signal rejects, with the reason as cause', async () => {
      const domain = await suite.started();
      const reason = new Error('enough');
      const abort = new AbortController();
      const command = domain.exec(['sleep', '1000'], { signal: abort.signal, reject: false });
      await command.pid;
      abort.abort(reason);
      await expect(Promise.resolve(command)).rejects.toMatchObject({
        code: 'OPERATION_FAILED',
        cause: reason,
        result: { isCanceled: true },
      });
      await expect(Promise.resolve(domain.exec(['true'], { signal: abort.signal }))).rejects.toMatchObject({
        cause: reason,
        result: { exitCode: null, signal: null },
      });
    });

    test('by maxBuffer cuts the output off', async () => {
      const domain = await suite.started();
      const result = await domain.exec(['cat'], { input: 'x'.repeat(500_000), maxBuffer: 1000 });
      expect(result).toMatchObject({ isMaxBuffer: true, failed: true });
      expect(result.stdout).toHaveLength(1000);
    });

    test('by disposal', async () => {
      const domain = await suite.started();
      const command = domain.exec(['sleep', '1000']);
      {
        await using disposed = command;
        expect(await disposed.pid).toBeGreaterThan(0);
      }
      expect(await command).toMatchObject({ failed: true });
    });

    test('by the end of the domain', async () => {
      const domain = await suite.started();
      const command = domain.exec(['sleep', '1000']);
      await command.pid;
      await domain.destroy();
      expect(await command).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    });
  });

  describe('exec() streams', () => {
    test('without buffering gives output to stdout alone, and ends also when nobody reads it', async () => {
      const domain = await suite.started();
      const input = 'y'.repeat(300_000);
      const read = domain.exec(['cat'], { input, buffer: false });
      const chunks: unknown[] = await read.stdout.toArray();
      expect(Buffer.concat(chunks.filter((chunk) => Buffer.isBuffer(chunk))).toString()).toBe(input);
      expect(await read).toMatchObject({ exitCode: 0, stdout: '' });
      expect(await domain.exec(['cat'], { input, buffer: false })).toMatchObject({ exitCode: 0, stdout: '' });
    });

    test('as lines, also without a newline at the end', async () => {
      const domain = await suite.started();
      expect(await lines(domain.exec(['cat'], { input: 'one\r\ntwo\n\nthrée' }))).toEqual([
        'one',
        'two',
        '',
        'thrée',
      ]);
      expect(await lines(domain.exec(['true']))).toEqual([]);
    });

    test('as lines, begun late, from the first line on', async () => {
      const domain = await suite.started();
      const command = domain.exec(['cat'], { input: 'one\ntwo' });
      await command.pid;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await lines(command)).toEqual(['one', 'two']);
      expect(thrownBy(() => command[Symbol.asyncIterator]())).toMatchObject({ code: 'OPERATION_INVALID' });
    });

    test('as lines throw at the end when the command failed, unless told not to', async () => {
      const domain = await suite.started();
      await expectCode(lines(domain.exec(['false'])), 'OPERATION_FAILED');
      expect(await lines(domain.exec(['false'], { reject: false }))).toEqual([]);
      await expectCode(lines(domain.exec(['sleep', '1000'], { timeoutMs: 100 })), 'OPERATION_TIMEOUT');
      await expectCode(lines(domain.exec(['no-such-command'])), 'SYSTEM_ERROR');
      await expectCode(
        lines(domain.exec(['cat'], { input: 'x'.repeat(5000), maxBuffer: 100 })),
        'OPERATION_FAILED',
      );
    });

    test('as lines end the command when the loop is left', async () => {
      const domain = await suite.started();
      const command = domain.exec(['cat']);
      command.stdin.write('one\ntwo\n');
      for await (const line of command) {
        expect(line).toBe('one');
        break;
      }
      expect(await command).toMatchObject({ failed: true, exitCode: null });
    });

    test('with a terminal are one, of the size asked for', async () => {
      const domain = await suite.started();
      const result = await domain.exec(['stty', 'size'], { tty: { columns: 100, rows: 40 } });
      expect(result).toMatchObject({ exitCode: 0, stdout: '40 100', stderr: '' });
      expect((await domain.exec(['stty', 'size'], { tty: true })).stdout).toBe('24 80');
      expect((await domain.exec(['stty', 'size'])).exitCode).toBe(1);
    });
  });
}
