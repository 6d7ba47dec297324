/** The program as a process, on test:///default: each call has a fresh world. */
import { ended, useProgram } from './child.js';

describe('the program', () => {
  const program = useProgram(() => 'test:///default');

  test('prints to stdout and exits with the code of main', async () => {
    expect(await program.run(['domstate', 'test'])).toEqual({
      code: 0,
      signal: null,
      stdout: 'running\n',
      stderr: '',
    });
    expect(await program.run(['domstate', 'x'])).toMatchObject({ code: 1, stdout: '' });
    expect(await program.run(['exec', 'test', '--', 'false'])).toMatchObject({ code: 1, stderr: '' });
    expect(await program.run(['exec', '-i', 'test', '--', 'cat'], 'hello')).toMatchObject({
      code: 0,
      stdout: 'hello',
    });
  });

  test('ends although stdin stays open', async () => {
    const child = program.start('exec', '-i', 'test', '--', 'true');
    expect(await ended(child)).toMatchObject({ code: 0 });
  });

  test('takes the URI from the environment', async () => {
    const { stdout } = await program.shell('LIBVIRT_DEFAULT_URI=test:///default ${V% -c *} uri');
    expect(stdout).toBe('test:///default\n');
  });

  test('ends quietly when its reader leaves', async () => {
    expect(await program.shell('$V help --json | head -c 1; echo "${PIPESTATUS[0]}"')).toMatchObject({
      stderr: '',
    });
    const { stdout, stderr } = await program.shell(
      'yes | $V exec -i test -- cat | head -n 1; echo "${PIPESTATUS[1]}"',
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n141\n', stderr: '' });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('passes %s on to the command', async (signal, code) => {
    const child = program.start('exec', '-i', 'test', '--', 'cat');
    child.stdin.write('ready');
    child.stdout.once('data', () => child.kill(signal));
    expect(await ended(child)).toMatchObject({ code, signal: null });
  });

  test('events end with 0 when interrupted', async () => {
    const child = program.start('events', '--since', '0');
    child.stdout.once('data', () => child.kill('SIGINT'));
    setTimeout(() => child.kill('SIGINT'), 3000).unref();
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
  });

  test('stats end with 0 when interrupted, and so they do when their reader leaves', async () => {
    const child = program.start('stats', '--interval', '0.05');
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('25.00%')) child.kill('SIGINT');
    });
    expect(await ended(child)).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(await program.shell('$V stats --json --interval 0.05 | head -n 2 | wc -l')).toMatchObject({
      code: 0,
      stdout: '2\n',
      stderr: '',
    });
  });
});
