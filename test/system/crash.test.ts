/** Node and controllers killed at any moment: containers live on, or nothing of them is left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Domain } from '../../lib/index.js';
import { findTraces, isGone } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const ROOT = join(__dirname, '..', '..');

/** A Node process of its own that runs this code on the built package; `connection` is open. */
function runNode(uri: string, code: string): ChildProcess {
  const script = `
    const { open } = require(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
    open(${JSON.stringify(uri)}).then(async (connection) => { ${code} });
  `;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}

describeAsRoot(`crashes${SKIP_REASON}`, () => {
  const world = useWorld();
  const pids = (domain: Domain): { controller: number; init: number } => {
    const path = join(world().directory, 'run', domain.uuid, 'controller');
    const [, controller, , init] = readFileSync(path, 'utf8').split(' ');
    return { controller: Number(controller), init: Number(init) };
  };
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('a container outlives its Node process, and the next one finds its state, console and exec', async () => {
    const definition = JSON.stringify(
      world().define({ name: 'survivor', init: ['/bin/sh', '-c', 'echo I live; exec sleep infinity'] }),
    );
    const child = runNode(
      world().uri,
      `const d = await connection.createDomain(${definition}); console.log(d.uuid); setInterval(() => {}, 1000);`,
    );
    await firstLine(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const domain = await world().connection.lookupDomainByName('survivor');
    expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
    expect((await domain.exec(['/bin/hostname'])).stdout).toBe('survivor');
    const console = await domain.openConsole();
    const [text] = (await once(console, 'data')) as [Buffer];
    expect(text.toString()).toContain('I live');
    console.destroy();
    await domain.destroy();
  });

  test('fifty starts whose Node process is killed at a random moment end running or gone', async () => {
    let running = 0;
    // The moments are spread over the time that a start takes here and now: it grows until both outcomes are seen.
    let spreadMs = 10;
    for (let round = 0; round < 50; round++) {
      const definition = world().define({ name: `victim-${round}` });
      const child = runNode(
        world().uri,
        `const d = await connection.defineDomain(${JSON.stringify(definition)}); console.log(d.uuid); await d.create(); setInterval(() => {}, 1000);`,
      );
      const uuid = await firstLine(child);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * spreadMs));
      child.kill('SIGKILL');
      await once(child, 'exit');
      // Whatever the controller was doing, it is done when the lock is free: define needs it.
      const connection = await world().connect();
      const domain = await connection.defineDomain({ ...definition, uuid });
      const { state } = await domain.getState();
      if (state === 'running') {
        running++;
        expect((await domain.exec(['/bin/true'])).exitCode).toBe(0);
        await domain.destroy();
      } else if (running === 0) {
        spreadMs *= 1.5;
      }
      await domain.create();
      expect(await domain.getState()).toMatchObject({ state: 'running' });
      await domain.destroy();
      await domain.undefine();
      await connection.close();
      expect(findTraces([uuid])).toEqual([]);
    }
    // Both outcomes have to occur, or the moments were not random.
    expect(running).toBeGreaterThan(0);
    expect(running).toBeLessThan(50);
  }, 240_000);

  test('a killed controller takes its container with it, and that is noticed and reported', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const events = world().connection.events({ domain });
    await domain.create();
    const { controller, init } = pids(domain);
    process.kill(controller, 'SIGKILL');
    const seen: string[] = [];
    for await (const event of events) {
      if (event.type !== 'lifecycle') continue;
      seen.push(`${event.event} ${event.detail}`);
      if (event.event === 'stopped') break;
    }
    expect(seen).toEqual(['started booted', 'stopped failed']);
    expect(isGone(init)).toBe(true);
    expect(await domain.getState()).toEqual({ state: 'shutoff', reason: 'failed' });
    await domain.create();
    await domain.destroy();
    await domain.undefine();
  });

  test('a killed controller is noticed by a process that only looks', async () => {
    const domain = await world().connection.createDomain(world().define());
    const { controller, init } = pids(domain);
    process.kill(controller, 'SIGKILL');
    await until(() => isGone(controller));
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
    await until(() => isGone(init));
    await expect(domain.getState()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    expect(findTraces([domain.uuid])).toEqual([]);
  });

  test('a container that ends with no Node process alive has its event and exit status waiting', async () => {
    const definition = JSON.stringify(
      world().define({ name: 'lonely', init: ['/bin/sh', '-c', 'sleep 0.3; exit 9'] }),
    );
    const child = runNode(
      world().uri,
      `const d = await connection.defineDomain(${definition}); await d.create(); console.log(d.uuid); process.exit();`,
    );
    await once(child, 'exit');
    await until(() => existsSync(join(world().directory, 'run')));
    const domain = await world().connection.lookupDomainByName('lonely');
    await until(async () => (await domain.getState()).state === 'shutoff');
    expect(await domain.getState()).toEqual({
      state: 'shutoff',
      reason: 'shutdown',
      lastExit: { exitCode: 9, signal: null },
    });
    const past = [];
    for await (const event of world().connection.events({ domain, since: 0 })) {
      if (event.type === 'lifecycle') past.push(event);
      if (past.length === 3) break;
    }
    expect(past.map(({ event, detail }) => `${event} ${detail}`)).toEqual([
      'defined added',
      'started booted',
      'stopped shutdown',
    ]);
    expect(past[2]?.exit).toEqual({ exitCode: 9, signal: null });
    await domain.undefine();
  });

  test('a command ends with the Node process that ran it; the container does not', async () => {
    const domain = await world().connection.createDomain(world().define({ name: 'host-of-orphan' }));
    const child = runNode(
      world().uri,
      `const d = await connection.lookupDomainByName('host-of-orphan'); const p = d.exec(['/bin/sleep', '777']); console.log(await p.pid);`,
    );
    const pid = await firstLine(child);
    expect(isGone(pid)).toBe(false);
    child.kill('SIGKILL');
    await until(() => isGone(pid));
    expect(await domain.isActive()).toBe(true);
    await domain.destroy();
  });

  test('state of an earlier boot is dropped, and no process is touched', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    const live = join(world().directory, 'run', domain.uuid);
    const saved = join(world().directory, 'saved');
    await mkdir(saved);
    for (const file of ['live.json', 'controller']) await copyFile(join(live, file), join(saved, file));
    await domain.destroy();
    const bystander = spawn('/bin/sleep', ['100']);
    const record = readFileSync(join(saved, 'controller'), 'utf8').trim().split(' ');
    record[3] = String(bystander.pid);
    record[5] = '00000000-0000-0000-0000-000000000000';
    await mkdir(live, { recursive: true });
    await writeFile(join(live, 'controller'), `${record.join(' ')}\n`);
    const json = JSON.parse(readFileSync(join(saved, 'live.json'), 'utf8')) as object;
    await writeFile(join(live, 'live.json'), JSON.stringify({ ...json, bootId: record[5] }));
    expect(await domain.getState()).toMatchObject({ state: 'shutoff' });
    expect(existsSync(join(live, 'live.json'))).toBe(false);
    expect(bystander.exitCode).toBeNull();
    bystander.kill('SIGKILL');
    await once(bystander, 'exit');
    await domain.undefine();
  });
});
