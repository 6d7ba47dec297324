/** Programs that people run, in containers with the default protection: nothing of it may break them. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Domain } from '../../../lib/index.js';
import { DEBIAN_REASON, describeDebian, PROGRAMS, useDebian } from './debian-world.js';

interface Program {
  readonly name: string;
  readonly argv: readonly string[];
  readonly output: readonly string[];
  /** It gives files away, installs, has a port below 1024, or sees the processes of others. */
  readonly needsRoot?: true;
}

const PROGRAMS_TO_RUN: readonly Program[] = [
  {
    name: 'sh with pipes, jobs, traps, owners and modes',
    argv: ['sh', 'shell.sh'],
    needsRoot: true,
    output: [
      '887',
      '2',
      'caught TERM',
      'job ended with 7',
      'timed out with 124',
      'through',
      '1000:1000 4755 2',
      '1000:1000 4755',
      '1000:0 700',
      '8',
    ],
  },
  {
    name: 'python3 with threads, processes, signals and sockets',
    argv: ['python3', 'processes.py'],
    output: [
      'threads 499500',
      'processes 328350',
      'children SHOUT -9',
      'signals 14 10',
      "sockets b'unix' b'tcp' b'udp' 1",
      "files b'map' 5 True b'value'",
      'terminal True 0',
      'database 4950',
      'limits True',
      'asyncio 0',
    ],
  },
  {
    name: 'node with worker threads, children, a server and watching',
    argv: ['node', 'workers.cjs'],
    output: [
      'workers 1,4,9,16',
      'child forked',
      'command echoed',
      'server served',
      'watch new-file',
      'zlib packed',
    ],
  },
  {
    name: 'gcc, and what it has made',
    argv: ['sh', 'compile.sh'],
    output: ['sum 28000', 'child ended by signal 6', 'named semaphore made', 'ticks 1'],
  },
  {
    name: 'git',
    argv: ['sh', 'repository.sh'],
    output: ['first', 'merged', 'second', 'file', 'other'],
  },
  {
    name: 'a web server on port 80 and its clients',
    argv: ['python3', 'server.py'],
    needsRoot: true,
    output: ['answers 100'],
  },
  {
    name: 'apt, dpkg and the scripts of a package',
    argv: ['sh', 'package.sh'],
    needsRoot: true,
    output: ['hello', 'greeting 1.0 install ok installed', 'greeter 750', 'removed'],
  },
  {
    name: 'programs that look at processes, memory and the network',
    argv: ['sh', 'looking.sh'],
    needsRoot: true,
    output: ['1', 'procps', 'lo 127.0.0.1/8', 'local 127.0.0.0/8', '4', 'mounts', '1000', '1970'],
  },
];

/** The host's own users are below. */
const FIRST_CONTAINER_ID = 65_536;

const KINDS = ['generic', 'systemd', 'booted'] as const;

describeDebian.each(KINDS)(`ordinary software in a container of kind %s${DEBIAN_REASON}`, (kind) => {
  const debian = useDebian();
  let domain: Domain;
  beforeAll(async () => {
    domain = await debian().start({ kind });
  });

  test.each(PROGRAMS_TO_RUN)(
    '$name',
    async ({ argv, output }) => {
      const { stdout, stderr, exitCode, signal } = await domain.exec(argv, {
        cwd: PROGRAMS,
        timeoutMs: 60_000,
      });
      expect({ stdout: stdout.split('\n'), stderr, exitCode, signal }).toEqual({
        stdout: output,
        stderr: '',
        exitCode: 0,
        signal: null,
      });
    },
    90_000,
  );

  test.each(PROGRAMS_TO_RUN.filter(({ needsRoot }) => needsRoot !== true))(
    '$name, of a user without rights',
    async ({ argv, output }) => {
      const { stdout, stderr, exitCode } = await domain.exec(argv, {
        cwd: PROGRAMS,
        user: 'tester',
        timeoutMs: 60_000,
      });
      expect({ stdout: stdout.split('\n'), stderr, exitCode }).toEqual({
        stdout: output,
        stderr: '',
        exitCode: 0,
      });
    },
    90_000,
  );

  test('a terminal with job control', async () => {
    const shell = domain.exec(['bash', '-i'], { tty: true, timeoutMs: 20_000 });
    shell.stdin.end('stty -echo; PS1=; sleep 100 &\nkill %1; wait; echo jobs=$(jobs | wc -l); exit 3\n');
    const { stdout, exitCode } = await shell;
    expect(stdout).toContain('jobs=0');
    expect(exitCode).toBe(3);
  });

  test('every wall is up', async () => {
    const report = await domain.getSecurityReport();
    expect(report).toMatchObject({ active: true, kind, isolated: kind === 'generic' });
    // An init that boots nothing is given more than it needs: its kind alone says so.
    const elements = new Set(report.relaxed.map(({ element }) => element));
    expect([...elements]).toEqual(kind === 'generic' ? [] : [`<virtainer:security kind='${kind}'>`]);
    const { stdout } = await domain.exec(['grep', '-E', '^(NoNewPrivs|Seccomp):', '/proc/self/status']);
    expect(stdout).toBe(`NoNewPrivs:\t${kind === 'booted' ? 0 : 1}\nSeccomp:\t2`);
  });

  if (kind === 'booted') {
    test('sudo makes a user root of the container, and nobody of the host', async () => {
      const { stdout } = await domain.exec(['sudo', '-n', 'id', '-u'], { user: 'tester' });
      expect(stdout).toBe('0');
      const sleeping = domain.exec(['sudo', '-n', 'sh', '-c', 'echo ready; exec sleep 100'], {
        user: 'tester',
      });
      await once(sleeping.stdout, 'data');
      const ids = hostUsersOf(await sleeping.pid);
      sleeping.kill('SIGKILL');
      await sleeping;
      expect(Math.min(...ids)).toBeGreaterThanOrEqual(FIRST_CONTAINER_ID);
    });
  } else {
    test('sudo gives no rights', async () => {
      const { stderr, exitCode } = await domain.exec(['sudo', '-n', 'id', '-u'], { user: 'tester' });
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('no new privileges');
    });
  }
});

/** Real, effective, saved and file system user of a process and its children, as the host numbers them. */
function hostUsersOf(pid: number): number[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, users = ''] = /^Uid:\t(.+)$/mu.exec(status) ?? [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const others = children === '' ? [] : children.split(' ').flatMap((child) => hostUsersOf(Number(child)));
  return [...users.split('\t').map(Number), ...others];
}
