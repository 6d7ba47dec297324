/** Commands in real containers. */
import { createHash, randomBytes } from 'node:crypto';
import type { Domain } from '../../lib/index.js';
import { isGone, openDescriptors, zombies } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

describeAsRoot(`exec in real containers${SKIP_REASON}`, () => {
  const world = useWorld();
  let domain: Domain;
  beforeAll(async () => {
    domain = await world().connection.createDomain(world().define());
  });
  const sh = (script: string) => domain.exec(['/bin/sh', '-c', script]);

  test.each([0, 1, 42, 126, 127, 255])('exit code %d is exact', async (code) => {
    expect(await sh(`exit ${code}`)).toMatchObject({ exitCode: code, signal: null });
  });

  test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)('death by %s is exact', async (signal) => {
    expect(await sh(`kill -${signal.slice(3)} $$`)).toMatchObject({ exitCode: null, signal });
  });

  test('stdout and stderr are apart', async () => {
    expect(await sh('echo out; echo err >&2')).toMatchObject({ stdout: 'out', stderr: 'err' });
  });

  test('the command runs in the namespaces and cgroups of the container', async () => {
    const { stdout } = await sh('readlink /proc/self/ns/pid /proc/1/ns/pid; cat /proc/self/cgroup');
    const [own, ofInit, ...groups] = stdout.split('\n');
    expect(own).toBe(ofInit);
    expect(groups.every((line) => line.endsWith(':/'))).toBe(true);
  });

  test('a name without a slash is looked up in the PATH of the container', async () => {
    expect((await domain.exec(['uname', '-n'])).stdout).toBe(domain.name);
  });

  test('a command that does not exist rejects, and says so', async () => {
    await expect(domain.exec(['no-such-command'])).rejects.toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'ENOENT',
      stage: 'execing',
      message: expect.stringContaining("cannot find 'no-such-command' relative to container root") as unknown,
    });
    await expect(domain.exec(['/etc/passwd'])).rejects.toMatchObject({ errno: 'EACCES' });
    await expect(domain.exec(['/bin/true'], { cwd: '/nowhere' })).rejects.toMatchObject({ errno: 'ENOENT' });
  });

  test.each(['0x0', '1 ', '-1', '4294967295', '18446744073709551616', 'nobody2', ' root'])(
    'user %j is refused',
    async (user) => {
      await expect(domain.exec(['/bin/id'], { user })).rejects.toMatchObject({ code: 'INVALID_ARG' });
    },
  );

  test.each([
    ['nobody', 'uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)'],
    ['+65534', 'uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)'],
    ['1234', 'uid=1234 gid=1234 groups=1234'],
  ])('user %s has exactly its ids and no capabilities', async (user, ids) => {
    const { stdout } = await domain.exec(['/bin/sh', '-c', 'id; grep CapEff /proc/self/status; echo $HOME'], {
      user,
    });
    const [id, caps, home] = stdout.split('\n');
    expect(id).toBe(ids);
    expect(caps).toMatch(/\t0{16}$/);
    expect(home).toBe(user === '1234' ? '/' : '/nonexistent');
  });

  test('environment, directory and arguments arrive unchanged', async () => {
    const odd = 'ü\n"\' $x \\';
    const { stdout } = await domain.exec(['/bin/sh', '-c', 'pwd; printf %s "$ODD|$1"', 'sh', odd], {
      cwd: '/var',
      env: { ODD: odd },
    });
    expect(stdout).toBe(`/var\n${odd}|${odd}`);
  });

  test('nothing of ours is open in the command', async () => {
    expect((await domain.exec(['/bin/ls', '/proc/self/fd'])).stdout.split('\n')).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
  });

  test('20 MB of binary go in and come out unchanged', async () => {
    const input = randomBytes(20_000_000);
    const { stdout, exitCode } = await domain.exec(['/bin/cat'], {
      input,
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    expect(exitCode).toBe(0);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(
      createHash('sha256').update(input).digest('hex'),
    );
  });

  test('a command that does not read its input ends all the same', async () => {
    expect(await domain.exec(['/bin/true'], { input: randomBytes(5_000_000) })).toMatchObject({
      exitCode: 0,
    });
  });

  test('lines come while the command runs, and leaving the loop ends it', async () => {
    const process = sh('i=0; while :; do echo line $i; i=$((i+1)); sleep 0.01; done');
    const pid = await process.pid;
    const lines: string[] = [];
    for await (const line of process) {
      lines.push(line);
      if (lines.length === 3) break;
    }
    expect(lines).toEqual(['line 0', 'line 1', 'line 2']);
    expect(isGone(pid)).toBe(true);
  });

  test('an abort ends the command and its children', async () => {
    const controller = new AbortController();
    const process = domain.exec(['/bin/sh', '-c', 'sleep 321 & echo started; wait'], {
      signal: controller.signal,
    });
    const iterator = process[Symbol.asyncIterator]();
    await iterator.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(iterator.next()).rejects.toMatchObject({ cause: reason });
    expect((await sh('grep -l "^321" /proc/[0-9]*/cmdline; tr "\\0" " " < /proc/1/cmdline')).stdout).toBe(
      '/bin/sleep infinity ',
    );
    expect(
      (await domain.exec(['/bin/sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])).stdout,
    ).not.toContain('321');
  });

  test('a timeout ends the command, by force when it must', async () => {
    const result = await domain.exec(['/bin/sh', '-c', 'trap "" TERM; while :; do sleep 0.01; done'], {
      timeoutMs: 100,
      forceKillAfterDelayMs: 100,
    });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  });

  test('a terminal is the command’s own, has the size asked for, and can be resized', async () => {
    const process = domain.exec(
      [
        '/bin/bash',
        '-c',
        'tty; stty size; trap "stty size; exit 5" WINCH; echo ready; while :; do sleep 0.01; done',
      ],
      { tty: { columns: 100, rows: 40 }, reject: false },
    );
    const lines: string[] = [];
    for await (const line of process) {
      lines.push(line.trimEnd());
      if (line.startsWith('ready')) process.resize(120, 50);
    }
    expect(lines).toEqual([expect.stringMatching(/^\/dev\/pts\/\d+$/), '40 100', 'ready', '50 120']);
  }, 15_000);

  test('^C on a terminal interrupts the command', async () => {
    const process = domain.exec(['/bin/sh', '-c', 'echo go; exec sleep 100'], { tty: true });
    process.stdout.once('data', () => process.stdin.write('\x03'));
    expect(await process).toMatchObject({ signal: 'SIGINT' });
  });

  test('a big output through a terminal is whole', async () => {
    const { stdout } = await domain.exec(['/bin/seq', '100000'], { tty: true });
    expect(stdout.split('\r\n').length).toBe(100000);
  });

  test('/dev/stdout can be opened again, also by another user', async () => {
    expect(await domain.exec(['/bin/sh', '-c', 'echo x > /dev/stdout'], { user: 'nobody' })).toMatchObject({
      stdout: 'x',
    });
  });

  test('two thousand in a row leave nothing behind', async () => {
    const before = openDescriptors().length;
    for (let round = 0; round < 200; round++) {
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => sh(`exit ${index}`)));
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(zombies()).toEqual([]);
    expect(openDescriptors().length).toBeLessThanOrEqual(before + 2);
  }, 240_000);
});
