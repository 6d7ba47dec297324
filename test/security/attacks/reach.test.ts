/** how far a container reaches our processes, sockets and files. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { open, VirtError, type Domain } from '../../../lib/index.js';
import { isGone } from '../../system/leaks.js';
import { useAttackers } from '../build-attacker.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { initOf } from '../inside.js';
import { makeFolder, makeRoot, onRoot } from '../victims.js';
import { KINDS, ofKind } from '../weakened.js';

const NOBODY = '65534';
const SPRAYED_EXIT = 7;
const FREE_AFTER_MS = 5000;

describeAttacks('reach', ({ attempt, teeth, noTeeth, world, canary }) => {
  const attacker = useAttackers('idle', 'stubborn', 'decoy', 'spray');
  const root = (): string =>
    makeRoot(
      world(),
      [attacker('idle'), attacker('stubborn'), attacker('spray')],
      ['proc', 'sys', 'dev', 'mnt'],
    );
  const start = (): Promise<Domain> => world().connection.createDomain(onRoot(world(), root(), ['/idle']));

  async function untilGone(...pids: number[]): Promise<void> {
    for (const end = performance.now() + FREE_AFTER_MS; performance.now() < end;) {
      if (pids.every((pid) => isGone(pid) && !readdirSync('/proc').includes(String(pid)))) return;
      await delay(10);
    }
  }

  /** An innocent process with this id; undefined when another one was faster. */
  async function takePid(pid: number): Promise<{ child: ChildProcess; output: () => string } | undefined> {
    const child = spawn(attacker('decoy'), [String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    return text.startsWith('ready') ? { child, output: () => text } : undefined;
  }

  /** What has happened to it meanwhile. */
  async function release(
    pid: number,
    { child, output }: { child: ChildProcess; output: () => string },
  ): Promise<Evidence> {
    await delay(50);
    const happened = output().trim().split('\n').slice(1);
    if (child.exitCode === null && !isGone(pid)) process.kill(pid, 'SIGKILL');
    if (child.exitCode === null) await once(child, 'exit');
    return happened.map((text) => `process ${pid}: ${text}`);
  }

  attempt('A-025', 'the ids of controller and init belong to others when it is signalled and destroyed', async () => {
    const domain = await start();
    const pids = [Number(await domain.getID()), await initOf(domain)];
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await untilGone(...pids);
    const decoys = await Promise.all(pids.map((pid) => takePid(pid)));
    const calls = [
      () => domain.exec(['/idle'], { timeoutMs: 500 }),
      () => domain.sendProcessSignal(1, 'SIGTERM'),
      () => domain.getState(),
      () => domain.shutdown({ timeoutMs: 100 }),
      () => domain.destroy(),
    ];
    const evidence: string[] = [];
    for (const call of calls) {
      await Promise.resolve(call()).catch((error: unknown) => {
        if (!(error instanceof VirtError)) evidence.push(`no clean error: ${String(error)}`);
      });
    }
    expect(decoys.filter(Boolean)).not.toEqual([]);
    for (const [index, decoy] of decoys.entries()) {
      if (decoy) evidence.push(...(await release(pids[index] ?? 0, decoy)));
    }
    return evidence;
  }, { times: 5 }); // prettier-ignore
  teeth('A-025', 'a signal to a remembered number', async () => {
    const domain = await start();
    const pid = await initOf(domain);
    await domain.destroy();
    await untilGone(pid);
    const decoy = await takePid(pid);
    if (!decoy) return ['another process has got the number: it would have been hit'];
    process.kill(pid, 'SIGTERM');
    return release(pid, decoy);
  });

  for (const kind of KINDS) {
    attempt('A-031', `kind ${kind} kills everything it sees`, async () => {
      const domain = await world().connection.createDomain(ofKind(kind, onRoot(world(), root(), ['/idle'])));
      const controller = Number(await domain.getID());
      const other = domain.exec(['/idle']).pid.catch(() => undefined);
      for (let round = 0; round < 5; round++) await domain.exec(['/stubborn', 'slay']).catch(() => undefined);
      await other;
      const isThere = !isGone(controller) && (await domain.isActive());
      await domain.destroy();
      return isThere ? [] : ['the controller or init was killed'];
    }, { times: 5 }); // prettier-ignore
  }
  noTeeth('A-031', "no definition gives a container the host's PID namespace");

  const abstractSockets = (): string[] =>
    readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ').filter((word) => word.startsWith('@')));

  attempt('A-032', 'an abstract socket of ours while a container runs', async () => {
    const before = new Set(abstractSockets());
    const domain = await start();
    await domain.exec(['/stubborn', 'exit']);
    const made = abstractSockets().filter((name) => !before.has(name));
    await domain.destroy();
    return made;
  });
  teeth('A-032', 'an abstract socket is seen', async () => {
    const before = new Set(abstractSockets());
    const server = createServer().listen(`\0attack-${canary().mark}`);
    await once(server, 'listening');
    const made = abstractSockets().filter((name) => !before.has(name));
    server.close();
    return made;
  });

  attempt('A-032', 'another user connects to the control socket', async () => {
    const domain = await start();
    const socket = join(world().directory, 'run', domain.uuid, 'control');
    const script = `use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); exit(connect(S, sockaddr_un('${socket}')) ? 0 : 1)`;
    const { status } = spawnSync('setpriv', ['--reuid', NOBODY, '--clear-groups', 'perl', '-e', script]);
    expect(lstatSync(socket).isSocket()).toBe(true);
    await domain.destroy();
    return status === 0 ? ['connected'] : [];
  });

  for (const readonly of [false, true]) {
    for (const folder of ['run', 'etc', 'log', 'run/locks', '.']) {
      if (folder === '.' && readonly) continue;
      attempt('A-032', `a ${readonly ? 'read-only' : 'writable'} bind of our ${folder}`, async () => {
        const source = join(world().directory, folder);
        const definition = onRoot(
          world(),
          root(),
          ['/idle'],
          [{ type: 'mount', source, target: '/mnt', readonly }],
        );
        try {
          await (await world().connection.createDomain(definition)).destroy();
          return ['it is shown'];
        } catch (error) {
          return error instanceof VirtError && error.code === 'CONFIG_UNSUPPORTED' ? [] : [String(error)];
        }
      });
    }
  }

  /** Everything of ours that others may read, write or enter. */
  function tooOpen(path: string): Evidence {
    const { mode, uid } = lstatSync(path);
    const isOpen = (mode & 0o077) !== 0 && !lstatSync(path).isSymbolicLink();
    const found =
      isOpen || uid !== process.getuid?.() ? [`${path} has mode ${(mode & 0o7777).toString(8)}`] : [];
    if (!statSync(path).isDirectory()) return found;
    return [...found, ...readdirSync(path).flatMap((name) => tooOpen(join(path, name)))];
  }

  for (const umask of [0, 0o022, 0o777]) {
    attempt('A-033', `modes of our state with umask ${umask.toString(8)}`, async () => {
      const folder = makeFolder(world(), 'state');
      const definition = onRoot(world(), root(), ['/idle']);
      const before = process.umask(umask);
      try {
        const connection = await open(`lxc:///embed?root=${folder}`);
        const domain = await connection.defineDomain(definition);
        await domain.create();
        await domain.exec(['/stubborn', 'exit']);
        const evidence = readdirSync(folder).flatMap((name) => tooOpen(join(folder, name)));
        await domain.destroy();
        const after = readdirSync(folder).flatMap((name) => tooOpen(join(folder, name)));
        await connection.close();
        return [...evidence, ...after];
      } finally {
        process.umask(before);
      }
    });
  }
  teeth('A-033', 'the folders of the host are seen', () =>
    Promise.resolve(tooOpen(makeFolder(world(), 'open'))),
  );

  attempt('A-034', 'noise and forged messages to every descriptor: the exit code stays exact', async () => {
    const domain = await start();
    const evidence: string[] = [];
    for (let round = 0; round < 10; round++) {
      const { exitCode, signal } = await domain.exec(['/spray'], { tty: round % 2 === 1, reject: false });
      if (exitCode !== SPRAYED_EXIT) evidence.push(`ended with ${exitCode}, ${signal}`);
    }
    if (!(await domain.isActive())) evidence.push('the container has ended');
    await domain.destroy();
    return evidence;
  }, { times: 10 }); // prettier-ignore
  teeth('A-034', 'a runtime that leaves its pipe open', async () => {
    const child = spawn(attacker('spray'), ['3'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [chunk] = (await once(child.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    return chunk.includes('exited') ? ['a forged message'] : [];
  });
});
