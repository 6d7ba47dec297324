/** containers that do not want to end, and what their end must not touch. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError, type Domain } from '../../../lib/index.js';
import { isGone } from '../../system/leaks.js';
import { useAttackers } from '../build-attacker.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { initOf } from '../inside.js';
import { ignoreEnded, makeFolder, makeRoot, onRoot } from '../victims.js';

const DESTROY_LIMIT_MS = 2000;
const SHUTDOWN_MS = 300;
const ROUNDS = 5;

describeAttacks('ending', ({ attempt, teeth, noTeeth, notApplicable, world }) => {
  const attacker = useAttackers('idle', 'stubborn');
  const root = (): string =>
    makeRoot(world(), [attacker('idle'), attacker('stubborn')], ['proc', 'sys', 'dev', 'run']);
  const start = (...init: [string, ...string[]]): Promise<Domain> =>
    world().connection.createDomain(onRoot(world(), root(), init));

  const PIPES: readonly (readonly [name: string, plant: (path: string, outside: string) => void])[] = [
    ['a link to a pipe of the host', (path, outside) => { symlinkSync(outside, path); }],
    ['a climbing link to it', (path, outside) => { symlinkSync(`../../../../../../..${outside}`, path); }],
    ['a link through /proc/1/root', (path, outside) => { symlinkSync(`/proc/1/root/../..${outside}`, path); }],
    ['a pipe that nobody reads', (path) => { execFileSync('mkfifo', [path]); }],
    ['a file', (path) => { writeFileSync(path, ''); }],
    ['a directory', (path) => { mkdirSync(path); }],
  ]; // prettier-ignore

  /** A pipe of the host that is open for reading, and what has come through it. */
  async function withHostPipe(body: (path: string) => Promise<Evidence>): Promise<Evidence> {
    const path = join(makeFolder(world(), 'outside'), 'pipe');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await body(path);
      return readSync(fd, Buffer.alloc(1)) > 0 ? [...found, 'the pipe of the host was written to'] : found;
    } finally {
      closeSync(fd);
    }
  }

  for (const [name, plant] of PIPES) {
    attempt('A-011', `/run/initctl is ${name}, at shutdown`, () =>
      withHostPipe(async (outside) => {
        const victim = root();
        plant(join(victim, 'run/initctl'), outside);
        const domain = await world().connection.createDomain(
          onRoot(world(), victim, ['/stubborn', 'ignore']),
        );
        const begun = performance.now();
        await domain.shutdown({ timeoutMs: SHUTDOWN_MS });
        await domain.destroy().catch(ignoreEnded);
        return performance.now() - begun > SHUTDOWN_MS + DESTROY_LIMIT_MS ? ['shutdown hangs'] : [];
      }),
    );
  }
  teeth('A-011', 'a write through /proc/PID/root follows the link to the host', () =>
    withHostPipe(async (outside) => {
      const victim = root();
      symlinkSync(outside, join(victim, 'run/initctl'));
      const domain = await world().connection.createDomain(onRoot(world(), victim, ['/idle']));
      writeFileSync(`/proc/${await initOf(domain)}/root/run/initctl`, 'x');
      await domain.destroy();
      return [];
    }),
  );
  notApplicable('A-011', 'attach and detach of devices', 'this version attaches none to a running container');
  notApplicable(
    'A-012',
    'copies and sizes of files in a container',
    'the package has no call that reads them',
  );

  /** Processes in the container's PID namespace and those below it. */
  function processesIn(namespace: string): string[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => !isGone(pid) && namespaceOf(pid) === namespace);
  }
  function namespaceOf(pid: number | string): string {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`);
    } catch {
      return '';
    }
  }

  /** Destroys it, which must be quick and leave nothing. It may have run out of its memory, and ended before. */
  async function destroyed(domain: Domain, namespace: string): Promise<Evidence> {
    const begun = performance.now();
    await domain.destroy().catch(ignoreEnded);
    const took = performance.now() - begun;
    return [
      ...processesIn(namespace).map((pid) => `process ${pid} is left`),
      ...(took > DESTROY_LIMIT_MS ? [`destroy() took ${Math.round(took)} ms`] : []),
    ];
  }

  async function inCommand(how: string): Promise<Evidence> {
    const domain = await start('/idle');
    const namespace = namespaceOf(await initOf(domain));
    const command = domain.exec(['/stubborn', how]);
    await once(command.stdout, 'data');
    await delay(50);
    const evidence = await destroyed(domain, namespace);
    await command.catch(() => undefined);
    return evidence;
  }
  async function asInit(how: string): Promise<Evidence> {
    const domain = await start('/stubborn', how);
    const namespace = await initOf(domain).then(namespaceOf, () => undefined);
    if (namespace === undefined) return [];
    await delay(50);
    return destroyed(domain, namespace);
  }

  attempt('A-035', 'fifty orphans in sessions of their own, of a command and of init', async () => [
    ...(await inCommand('orphans')),
    ...(await asInit('orphans')),
  ], { times: 2 }); // prettier-ignore
  attempt('A-036', 'processes that live for one fork each, of a command and of init', async () => {
    const evidence: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      evidence.push(...(await inCommand('churn')), ...(await asInit('churn')));
    }
    return evidence;
  }, { times: 2 * ROUNDS }); // prettier-ignore
  attempt('A-037', 'an init that stops itself, and one that ignores all signals', async () => [
    ...(await asInit('stop')),
    ...(await asInit('ignore')),
  ], { times: 2 }); // prettier-ignore

  teeth('A-035', 'a kill of the first process leaves the orphans', async () => {
    const running = spawn('unshare', ['--fork', '--kill-child', attacker('stubborn'), 'orphans'], {
      stdio: 'pipe',
    });
    await once(running.stdout, 'data');
    await delay(100);
    running.kill('SIGKILL');
    await delay(100);
    const left = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOrphan(pid));
    for (const pid of left) process.kill(Number(pid), 'SIGKILL');
    return left;
  });
  function isOrphan(pid: string): boolean {
    try {
      return (
        readlinkSync(`/proc/${pid}/exe`) === attacker('stubborn') && namespaceOf(pid) === namespaceOf('self')
      );
    } catch {
      return false;
    }
  }
  noTeeth(
    'A-036',
    'a runtime that kills by process id loses only sometimes: no check of it would be certain',
  );

  for (const [how, expected] of [
    ['exit', /exit|ended|code 3/],
    ['crash', /signal|killed|ended/],
  ] as const) {
    attempt('A-037', `an init that ends at once: ${how}`, async () => {
      const begun = performance.now();
      try {
        const domain = await start('/stubborn', how);
        await delay(100);
        if (await domain.isActive().catch(() => false)) return ['it is said to run'];
      } catch (error) {
        if (!(error instanceof VirtError)) return [`no clean error: ${String(error)}`];
        if (error.code !== 'NO_DOMAIN' && !expected.test(error.message)) return [error.message];
      }
      return performance.now() - begun > DESTROY_LIMIT_MS ? ['the start hangs'] : [];
    });
  }
  noTeeth('A-037', 'whoever waits for such an init hangs: shown by the time limits');

  const childrenOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const isAlive = async (pid: number): Promise<boolean> => {
    for (let wait = 0; wait < 20 && !isGone(pid); wait++) await delay(50);
    return !isGone(pid);
  };

  attempt('A-038', 'an init that clears its parent death signal, and the controller is killed', async () => {
    const domain = await start('/stubborn', 'deathless');
    await delay(50);
    const controller = Number(await domain.getID());
    const init = await initOf(domain);
    process.kill(controller, 'SIGKILL');
    while (!isGone(controller)) await delay(5);
    // Nothing of ours is left to watch it: whoever looks next ends it.
    await world().connection.listAllDomains();
    const outlives = await isAlive(init);
    if (outlives) process.kill(init, 'SIGKILL');
    await domain.destroy().catch(ignoreEnded);
    return outlives ? ['init outlives its controller'] : [];
  });
  teeth('A-038', 'a parent death signal alone', async () => {
    const script = `setpriv --pdeathsig KILL ${attacker('stubborn')} deathless & wait`;
    const parent = spawn('sh', ['-c', script], { stdio: 'pipe' });
    await once(parent.stdout, 'data');
    await delay(50);
    const [child = 0] = childrenOf(Number(parent.pid));
    parent.kill('SIGKILL');
    const outlives = await isAlive(child);
    if (outlives) process.kill(child, 'SIGKILL');
    return outlives ? ['it outlives its parent'] : [];
  });
});
