/** console and events. */
import { useSession, type Running } from './session.js';

const terminal = ({ stdin, stdout }: Running): void => {
  stdin.isTTY = true;
  stdout.setSize(100, 30);
};

describe('console', () => {
  const cli = useSession();

  test('^] leaves it, and the terminal is put back', async () => {
    const running = cli.start(['console', 'test'], terminal);
    running.stdin.write('hello');
    await running.shows('hello');
    expect(running.stdin.raw).toEqual([true]);
    running.stdout.setSize(90, 20);
    running.stdin.write('bye\x1dnot this');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain('not this');
    expect(stderr).toBe("Connected to domain 'test'\nEscape character is ^] (Ctrl + ])\n");
    expect(running.stdin.raw).toEqual([true, false]);
    expect(running.stdout.listenerCount('resize')).toBe(0);
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('it ends with the domain', async () => {
    const running = cli.start(['console', 'test', '--dev', '0'], terminal);
    running.stdin.write('x');
    await running.shows('x');
    await cli.run('destroy', 'test');
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(running.stdin.raw).toEqual([true, false]);
  });

  test('through a pipe every byte is input, and its end is not the end', async () => {
    const running = cli.start(['console', 'test']);
    running.stdin.end('a\x1db');
    await running.shows('a\x1db');
    running.signals.emit('SIGTERM', 'SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143, stderr: '' });
  });

  test('--json prints one object for each piece of output', async () => {
    const running = cli.start(['console', 'test', '--json']);
    running.stdin.write('x');
    await running.shows('"x"');
    running.signals.emit('SIGINT', 'SIGINT');
    const { stdout } = await running.ended;
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual({ type: 'output', text: 'x' });
  });

  test('a domain that is off has none', async () => {
    await cli.run('destroy', 'test');
    expect(await cli.run('console', 'test')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('events', () => {
  const cli = useSession();

  test('come one a line until interrupted', async () => {
    const running = cli.start(['events']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cli.run('suspend', 'test');
    await cli.run('destroy', 'test');
    await running.shows('destroyed');
    running.signals.emit('SIGINT', 'SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d+ \d{4}-\d\d-\d\dT[\d:.]+Z test suspended paused$/u);
    expect(lines[1]).toMatch(/ test stopped destroyed/u);
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('--since begins in the past, and --domain leaves out the others', async () => {
    await cli.run('suspend', 'test');
    await cli.run('resume', 'test');
    const running = cli.start(['events', '--json', '--since', '0', '--domain', 'test']);
    await running.shows('resumed');
    running.signals.emit('SIGTERM', 'SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.slice(-2)).toEqual([
      expect.objectContaining({ type: 'lifecycle', domain: 'test', event: 'suspended', detail: 'paused' }),
      expect.objectContaining({
        event: 'resumed',
        sequence: expect.any(Number) as unknown,
        at: expect.stringMatching(/Z$/u) as unknown,
      }),
    ]);
    const other = cli.start(['events', '--since', '0', '--domain', 'other']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.signals.emit('SIGINT', 'SIGINT');
    expect(await other.ended).toMatchObject({ code: 0, stdout: '' });
  });
});
