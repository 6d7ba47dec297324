/** What the kernel itself says about calls under our filters: see seccomp-subject.c, which carries out none of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ABIS, ACTION, failWith, type Action } from '../../lib/lxc/security/seccomp/abi';
import { argumentCases, numberCases } from '../../lib/lxc/security/seccomp/cases';
import { seccompFilter, seccompSupport } from '../../lib/lxc/security/seccomp';
import { BUILT_IN_PROFILES, builtInRules } from '../../lib/lxc/security/seccomp/profiles';
import { verdicts } from '../../lib/lxc/security/seccomp/rules';

const [PASSED, KILLED] = [1000001, 1000002];
const [EPERM, ENOSYS, EAFNOSUPPORT] = [-1, -38, -97];
const HIGH = 1n << 32n;
/** uretprobe and uprobe: of kernels that have them, no filter is asked. */
const UNFILTERED = [335, 336];
/** Marks a call by int $0x80: one of i386. */
const INT80 = 1n << 40n;

const folder = mkdtempSync(join(tmpdir(), 'virtainer-seccomp-'));
const subject = join(folder, 'subject');
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const build = (...source: string[]) =>
  spawnSync('gcc', ['-static', '-O1', '-Wall', '-o', subject, ...source], {
    encoding: 'utf8',
    input: 'int main(void) { return 0; }',
  });
const abi = ABIS.x64;
const isPossible = process.arch === 'x64' && seccompSupport().available && build('-x', 'c', '-').status === 0;
const describeKernel = isPossible ? describe : describe.skip;
if (!isPossible) test.skip('skipped: needs x86_64, libseccomp, gcc and a static libc', () => undefined);

interface Call {
  readonly number: bigint;
  readonly args: readonly bigint[];
}

async function writeFilter(profile: (typeof BUILT_IN_PROFILES)[number]): Promise<string> {
  const path = at(`${profile}.bpf`);
  writeFileSync(path, await seccompFilter({ profile, capabilities: [], cacheFolder: at('cache') }));
  return path;
}

/** PASSED, KILLED or the negative errno, for each call. */
async function ask(profile: (typeof BUILT_IN_PROFILES)[number], calls: readonly Call[]): Promise<number[]> {
  const filter = await writeFilter(profile);
  const words = calls.flatMap(({ number, args }) => [
    number,
    ...Array.from({ length: 6 }, (_, index) => args[index] ?? 0n),
  ]);
  writeFileSync(at('cases'), new Uint8Array(BigUint64Array.from(words).buffer));
  const { status } = spawnSync(subject, ['try', filter, at('cases'), at('results')], { timeout: 60_000 });
  expect(status).toBe(0);
  const results = readFileSync(at('results'));
  return calls.map((_, index) => Number(results.readBigInt64LE(index * 8)));
}

const call = (name: string, ...args: (number | bigint)[]): Call => ({
  number: BigInt(abi?.numbers.get(name) ?? NaN),
  args: args.map(BigInt),
});

function expected(action: Action): number {
  if (action === ACTION.ALLOW) return PASSED;
  return action === ACTION.KILL_PROCESS ? KILLED : failWith(0) - action;
}

describeKernel('the kernel', () => {
  beforeAll(() => {
    const { status, stderr } = build(join(__dirname, 'seccomp-subject.c'));
    if (status !== 0) throw new Error(stderr);
  });

  test.each(BUILT_IN_PROFILES)('decides as %s was decided, for every number and border', async (profile) => {
    if (!abi) return;
    const filter = builtInRules(profile, abi);
    const cases = [...numberCases(filter), ...argumentCases(filter)].filter(
      ({ audit, number }) => audit === abi.audit && !UNFILTERED.includes(number),
    );
    const verdict = verdicts(filter);
    const answers = await ask(
      profile,
      cases.map(({ number, args }) => ({ number: BigInt(number), args })),
    );
    const wrong = cases.filter((one, index) => answers[index] !== expected(verdict(one)));
    expect(wrong).toEqual([]);
    expect(answers.filter((answer) => answer === KILLED).length).toBeGreaterThan(5);
  });

  test('has ENOSYS for what is newer than the table, and for -1', async () => {
    const numbers = [470n, 471n, 512n, 547n, 600n, 1000n, 0x3fffffffn, 0xffffffffn];
    const answers = await ask(
      'generic',
      numbers.map((number) => ({ number, args: [] })),
    );
    expect(new Set(answers)).toEqual(new Set([ENOSYS]));
  });

  test('kills for calls of i386 and x32, whatever they are', async () => {
    const answers = await ask('generic', [
      { number: INT80 + 20n, args: [] }, // getpid
      { number: INT80 + 102n, args: [1n, 0n] }, // socketcall
      { number: INT80 + 359n, args: [40n, 1n, 0n] }, // socket
      { number: 0x40000000n + 39n, args: [] }, // x32's getpid
      { number: 0x40000000n + 520n, args: [] }, // x32's execve
    ]);
    expect(new Set(answers)).toEqual(new Set([KILLED]));
  });

  test.each([
    ['socket', 0n],
    ['socket', HIGH],
    ['socketpair', 0xffffffffn << 32n],
  ])('%s: only families that an application needs, with 0x%x on top', async (name, top) => {
    const families = [0n, 1n, 2n, 3n, 10n, 15n, 17n, 21n, 30n, 38n, 40n, 43n, 44n, 45n];
    const answers = await ask(
      'generic',
      families.map((family) => call(name, family | top, 1)),
    );
    const passed = families.filter((_, index) => answers[index] === PASSED);
    expect(passed).toEqual([1n, 2n, 10n]);
    expect(answers.filter((answer) => answer !== PASSED && answer !== EPERM)).toEqual([]);
  });

  test('netlink: an application has three protocols, an init system all but audit and IPsec', async () => {
    const protocols = [0n, 4n, 6n, 9n, 12n, 15n, 16n];
    const calls = protocols.flatMap((protocol) =>
      [0n, HIGH].map((top) => call('socket', 16n | top, 3, protocol | top)),
    );
    const twice = (answers: number[]): number[] => answers.flatMap((answer) => [answer, answer]);
    expect(await ask('generic', calls)).toEqual(
      twice([PASSED, EPERM, EPERM, EAFNOSUPPORT, EPERM, PASSED, PASSED]),
    );
    expect(await ask('booted', calls)).toEqual(
      twice([PASSED, PASSED, EPERM, EAFNOSUPPORT, PASSED, PASSED, PASSED]),
    );
    expect(await ask('systemd', calls)).toEqual(
      twice([PASSED, PASSED, EPERM, EAFNOSUPPORT, EPERM, PASSED, PASSED]),
    );
  });

  test('clone makes processes and threads, but no namespaces; clone3 is not there', async () => {
    const spaces = [0x20000n, 0x02000000n, 0x04000000n, 0x08000000n, 0x10000000n, 0x20000000n, 0x40000000n];
    const calls = spaces.flatMap((space) => [call('clone', space | 17n), call('clone', space | HIGH)]);
    expect(new Set(await ask('generic', calls))).toEqual(new Set([EPERM]));
    expect(new Set(await ask('systemd', calls))).toEqual(new Set([PASSED]));
    const others = [call('clone', 17), call('clone', 0x3d0f00), call('clone3', 0, 88)];
    expect(await ask('chroot', others)).toEqual([PASSED, PASSED, ENOSYS]);
    expect(await ask('booted', others)).toEqual([PASSED, PASSED, PASSED]);
  });

  test('the other calls that depend on arguments, with high bits too', async () => {
    const low = [
      call('ioctl', 0, 0x5401),
      call('ioctl', 0, 0x5412),
      call('ioctl', 0, 0x541c),
      call('personality', 8),
      call('personality', 0x40000),
      call('seccomp', 1, 0),
      call('seccomp', 1, 8),
      call('seccomp', 1, 9),
    ];
    const high = low.map(({ number, args }) => ({ number, args: args.map((value) => value | HIGH) }));
    const answers = [PASSED, EPERM, EPERM, PASSED, EPERM, PASSED, EPERM, EPERM];
    for (const profile of BUILT_IN_PROFILES) {
      expect(await ask(profile, low)).toEqual(answers);
      expect(await ask(profile, high)).toEqual(answers);
    }
  });

  const script = [
    'import threading, subprocess, socket, tempfile, multiprocessing, signal, time, os',
    't = threading.Thread(target=lambda: None); t.start(); t.join()',
    'assert subprocess.check_output(["/bin/sh", "-c", "echo hi | cat"]) == b"hi\\n"',
    's = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname())',
    'multiprocessing.get_context("fork").Pool(2).map(abs, [1, -2])',
    'print("fine")',
  ].join('\n');
  const node = `new (require('worker_threads').Worker)("", {eval: true}).on("exit", () => console.log("fine"))`;
  test.each([
    ['sh', ['/bin/sh', '-c', 'ls / | sort | head -n 1 >/dev/null && echo fine']],
    ['python3', ['/usr/bin/env', 'python3', '-c', script]],
    ['node', [process.execPath, '-e', node]],
    ['gcc', ['/usr/bin/env', 'gcc', '-x', 'c', '-fsyntax-only', '/dev/null', '-v']],
    ['git', ['/usr/bin/env', 'git', '--version']],
  ])('lets %s work as an application', async (_, command) => {
    const filter = await writeFilter('generic');
    const { status, stdout, stderr } = spawnSync(subject, ['run', filter, ...command], {
      encoding: 'utf8',
      timeout: 25_000,
    });
    expect({ status, output: stdout + stderr }).toEqual({
      status: 0,
      output: expect.stringMatching(/fine|version/u) as string,
    });
  });
});
