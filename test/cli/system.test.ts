/** The program with real containers. Needs root; without it these tests are skipped. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostRoot, type Filesystem, type HostRoot } from '../../lib/index.js';
import { findTraces } from '../system/leaks.js';
import { SKIP_REASON, describeAsRoot } from '../system/world.js';
import { ended, useProgram, type Ended } from './child.js';
import { xmlOf } from './session.js';

describeAsRoot(`the program with real containers${SKIP_REASON}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'virtainer-cli-'));
  const temporary = join(directory, 'tmp');
  const usual = process.env.TMPDIR;
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
  const program = useProgram(() => `lxc:///embed?root=${directory}`);
  let root: HostRoot;
  let kept: string[];
  beforeAll(async () => {
    root = await createHostRoot();
    kept = readdirSync(temporary).sort();
  });
  afterAll(async () => {
    const names = (await program.run(['list', '--name'])).stdout.split('\n').filter(Boolean);
    for (const name of names) await program.run(['destroy', name]);
    const traces = findTraces([directory]);
    await root.remove();
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    rmSync(directory, { recursive: true });
    expect({ names, traces }).toEqual({ names: [], traces: [] });
  });

  const ok = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await program.run(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const script = (text: string): string[] => ['--', '/bin/sh', '-c', text];
  const runHost = (...argv: string[]): Promise<Ended> => program.run(['run', '--host', ...argv]);
  /** A run leaves no domain, no root, no process and no mount. */
  const expectNothingLeft = async (): Promise<void> => {
    expect(await ok('list', '--all', '--name')).toBe('');
    expect(readdirSync(temporary).sort()).toEqual(kept);
  };

  test('define, start, list, exec, shutdown, undefine', async () => {
    const xml = xmlOf('web', root.filesystems.map(formatFilesystem).join(''));
    expect(await program.run(['define', '-'], xml)).toMatchObject({
      code: 0,
      stdout: "Domain 'web' defined from -\n",
      stderr: '',
    });
    await ok('start', 'web');
    expect(await ok('list')).toMatch(/^ Id .*\n-+\n \d+ +web +running\n\n$/u);
    expect(await ok('exec', 'web', '--', 'uname', '-n')).toBe('web\n');
    expect(await program.run(['exec', '-i', 'web', '--', 'cat'], 'hello')).toMatchObject({
      code: 0,
      stdout: 'hello',
    });
    expect(await program.run(['exec', 'web', ...script('echo out; echo err >&2; exit 3')])).toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(await ok('exec', '-t', 'web', '--', 'stty', 'size')).toBe('24 80\r\n');
    expect(JSON.parse(await ok('dominfo', 'web', '--json'))).toMatchObject({
      state: 'running',
      persistent: true,
    });
    await ok('shutdown', 'web', '--timeout', '1');
    expect(await ok('domstate', 'web')).toBe('shut off\n');
    await ok('undefine', 'web');
    await expectNothingLeft();
  });

  test('console shows what init prints and takes what it reads, until the domain stops', async () => {
    const filesystems = root.filesystems.map(formatFilesystem).join('');
    const xml = xmlOf('talker', filesystems)
      .replace('/bin/sleep', '/bin/sh')
      .replace('infinity', '-c</initarg><initarg>echo name?; read name; echo "hello $name"');
    expect(await program.run(['create', '-'], xml)).toMatchObject({ code: 0, stderr: '' });
    const child = program.start('console', 'talker');
    child.stdout.once('data', () => child.stdin.write('world\n'));
    const { code, stdout, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('hello world');
    await expectNothingLeft();
  });

  test('limits are changed, and statistics are those of the container', async () => {
    const xml = xmlOf('measured', root.filesystems.map(formatFilesystem).join(''));
    expect(await program.run(['create', '-'], xml)).toMatchObject({ code: 0, stderr: '' });
    await ok('memtune', 'measured', '--hard-limit', '40M', '--swap-hard-limit', '48M');
    await ok('pidstune', 'measured', '--limit', '20');
    expect(await ok('memtune', 'measured')).toMatch(/^hard_limit {5}: 40960\n.*\nswap_hard_limit: 49152\n$/u);
    const child = program.start('exec', 'measured', ...script('echo ready; sleep 1000; :'), '\x1b[2J');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await ok('top', 'measured')).toMatch(
      /COMMAND\n 0 +1 +0 .*\/bin\/sleep infinity\n.* \/bin\/sh -c echo ready; sleep 1000; : \\x1b\[2J\n.* sleep 1000\n$/u,
    );
    const [stats] = (
      JSON.parse(await ok('stats', 'measured', '--no-stream', '--interval', '0.1', '--json')) as {
        readonly domains: readonly object[];
      }
    ).domains;
    expect(stats).toMatchObject({
      name: 'measured',
      memory: { limitKiB: 40_960 },
      pids: { limit: 20, current: 3 },
      cpuPercent: expect.any(Number) as unknown,
    });
    expect(await ok('domstats', '--pids', '--balloon')).toMatch(
      / {2}balloon\.limit=40960\n[^]* {2}pids\.current=3\n {2}pids\.limit=20\n/u,
    );
    child.kill('SIGTERM');
    expect(await ended(child)).toMatchObject({ code: 143 });
    await ok('destroy', 'measured');
    await expectNothingLeft();
  });

  test('events tell one process what another one does', async () => {
    const child = program.start('events', '--json', '--since', '0');
    const follower = ended(child);
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (/"watched".*"stopped"/u.test(seen)) child.kill('SIGINT');
    });
    expect(await runHost('-n', 'watched', '--', 'true')).toMatchObject({ code: 0 });
    const { code, stdout } = await follower;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ domain }) => domain === 'watched')).toMatchObject([
      { event: 'started', detail: 'booted' },
      { event: 'stopped', detail: 'destroyed', exit: { exitCode: null, signal: 'SIGKILL' } },
    ]);
  });

  test.each([
    ['its own', 3, script('exit 3')],
    ['128 + signal', 143, script('kill $$')],
    ['not found', 127, ['--', 'no-such-command']],
    ['not found by path', 127, ['--', '/no/such/command']],
    ['not executable', 126, ['--', '/etc/passwd']],
    ['a directory that is not there', 125, ['-w', '/nowhere', '--', 'true']],
    ['a user that is not there', 125, ['-u', 'nobody2', '--', 'true']],
    ['stopped in time', 124, ['--timeout', '0.2', '--', 'sleep', 'infinity']],
  ])('run exits with the code of the command: %s, %d', async (_name, code, argv) => {
    expect(await runHost(...argv)).toMatchObject({ code, signal: null, stdout: '' });
    await expectNothingLeft();
  });

  test('run passes stdin, variables and directory on', async () => {
    expect(await program.run(['run', '-i', '--', 'sort'], 'b\na\n')).toMatchObject({
      code: 0,
      stdout: 'a\nb\n',
    });
    expect(await runHost('-e', 'A=b c', '-w', '/tmp', ...script('echo $A; pwd; id -un'))).toMatchObject({
      code: 0,
      stdout: 'b c\n/tmp\nroot\n',
      stderr: '',
    });
  });

  test('run --user gives root away', async () => {
    expect(await runHost('-u', 'nobody', '-w', '/tmp', ...script('id -un; id -gn'))).toMatchObject({
      code: 0,
      stdout: 'nobody\nnogroup\n',
      stderr: '',
    });
  });

  test('run --root uses a directory and keeps it', async () => {
    const { code, stderr } = await program.run(['run', '--root', root.directory, '--', 'true']);
    // The root has no /usr of its own: its init is not found, and that is our failure, not the command's.
    expect({ code, stderr }).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('/bin/sleep') as unknown,
    });
    expect(existsSync(root.directory)).toBe(true);
    expect(await program.run(['run', '--root', '/', '--', 'true'])).toMatchObject({ code: 125, stdout: '' });
    await expectNothingLeft();
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('run ended by %s leaves nothing', async (signal, code) => {
    const child = program.start('run', ...script('echo ready; exec sleep infinity'));
    child.stdout.once('data', () => child.kill(signal));
    expect(await ended(child)).toMatchObject({ code, signal: null, stdout: 'ready\n' });
    await expectNothingLeft();
  });

  test('a signal while run is still starting leaves nothing', async () => {
    for (const delayMs of [150, 250, 350]) {
      const child = program.start('run', '--', 'sleep', 'infinity');
      setTimeout(() => child.kill('SIGTERM'), delayMs);
      const { code, signal } = await ended(child);
      // Before the program has come so far as to listen, the signal simply ends it.
      expect(signal ?? code).toEqual(signal === null ? 143 : 'SIGTERM');
    }
    await expectNothingLeft();
  });

  test('a reader that leaves ends the command', async () => {
    const { stdout, stderr } = await program.shell('$V run -- yes | head -n 1; echo "${PIPESTATUS[0]}"');
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n141\n', stderr: '' });
    await expectNothingLeft();
  });

  test('a real terminal is raw during the command and put back after it', async () => {
    const terminal = `script -qec 'stty cols 101 rows 31; $V run -it -- stty size; echo code $?; stty -a | grep -ow -- "-\\?icanon"' /dev/null`;
    const { stdout } = await program.shell(terminal);
    expect(stdout.replaceAll('\r', '')).toBe('31 101\ncode 0\nicanon\n');
  });
});

function formatFilesystem(filesystem: Filesystem): string {
  const target = `<target dir='${filesystem.target}'/>${filesystem.readonly ? '<readonly/>' : ''}`;
  if (filesystem.type === 'ram') {
    return `<filesystem type='ram'><source usage='${filesystem.usageKiB}' units='KiB'/>${target}</filesystem>`;
  }
  if (filesystem.type !== 'mount') throw new Error(`not of a root: <filesystem type='${filesystem.type}'>`);
  return `<filesystem type='mount'><source dir='${filesystem.source}'/>${target}</filesystem>`;
}
