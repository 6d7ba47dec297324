/** Suspended containers: by whom, seen by whom, and what may happen to them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain } from '../../lib/index.js';
import { findTraces } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const ROOT = join(__dirname, '..', '..');

describeAsRoot(`suspended containers${SKIP_REASON}`, () => {
  const world = useWorld();
  const start = (): Promise<Domain> =>
    world().connection.createDomain(world().define({ init: ['/bin/sh', '-c', 'while :; do :; done'] }));

  /** Runs code on the built package in a process of its own, and gives what it prints. */
  async function elsewhere(code: string): Promise<string> {
    const script = `
      const { open } = require(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
      open(${JSON.stringify(world().uri)}).then(async (connection) => { ${code} });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(child, 'close');
    return text.trim();
  }
  const initOf = (domain: Domain): number =>
    Number(readFileSync(join(world().directory, 'run', domain.uuid, 'controller'), 'utf8').split(' ')[3]);
  const cpuTicks = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };

  test('one process suspends a container and dies; every other sees it paused, and a third resumes it', async () => {
    const domain = await start();
    await elsewhere(`
      await (await connection.lookupDomainByName('${domain.name}')).suspend();
      process.kill(process.pid, 'SIGKILL');`);
    const init = initOf(domain);
    const before = cpuTicks(init);
    expect(await domain.getState()).toEqual({ state: 'paused', reason: 'user' });
    expect(
      await elsewhere(`
        const [paused] = await connection.listAllDomains({ state: ['paused'] });
        console.log(paused.name);
        await connection.close();`),
    ).toBe(domain.name);
    expect(cpuTicks(init)).toBe(before);
    await elsewhere(`
      await (await connection.lookupDomainByName('${domain.name}')).resume();
      await connection.close();`);
    expect(await domain.getState()).toEqual({ state: 'running', reason: 'unpaused' });
    while (cpuTicks(init) === before) await new Promise((resolve) => setTimeout(resolve, 10));
    await domain.destroy();
  });

  test('a container that another process has suspended can be destroyed, and nothing of it is left', async () => {
    const domain = await start();
    await elsewhere(`
      await (await connection.lookupDomainByName('${domain.name}')).suspend();
      process.kill(process.pid, 'SIGKILL');`);
    await domain.destroy();
    expect(existsSync(join(world().directory, 'run', domain.uuid))).toBe(false);
    expect(findTraces([domain.uuid])).toEqual([]);
  });

  test('suspend during a start waits for it; suspend of what has ended fails with OPERATION_INVALID', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const [started] = await Promise.allSettled([domain.create(), domain.suspend()]);
    expect(started.status).toBe('fulfilled');
    if ((await domain.getState()).state === 'running') await domain.suspend();
    expect((await domain.getState()).state).toBe('paused');
    await domain.destroy();
    await expect(domain.suspend()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    await domain.undefine();
  });

  test('suspend and the end of a container at the same time leave it off, and its events in order', async () => {
    for (let round = 0; round < 20; round++) {
      const init = ['/bin/sh', '-c', `sleep 0.0${round % 10}`] as const;
      const domain = await world().connection.defineDomain(world().define({ init: [...init] }));
      const stream = world().connection.events({ domain });
      await domain.create();
      const suspended = await domain.suspend().then(
        () => true,
        (error: { code: string }) => {
          expect(error.code).toBe('OPERATION_INVALID');
          return false;
        },
      );
      const seen: string[] = [];
      if (suspended) await domain.resume();
      for await (const event of stream) {
        if (event.type !== 'lifecycle') continue;
        seen.push(event.event);
        if (event.event === 'stopped') break;
      }
      expect(seen).toEqual(['started', ...(suspended ? ['suspended', 'resumed'] : []), 'stopped']);
      expect((await domain.getState()).state).toBe('shutoff');
      await domain.undefine();
    }
  }, 60_000);

  test('suspend and destroy at the same time leave nothing', async () => {
    for (let round = 0; round < 20; round++) {
      const domain = await start();
      const [, destroyed] = await Promise.allSettled([domain.suspend(), domain.destroy()]);
      expect(destroyed.status).toBe('fulfilled');
      expect(existsSync(join(world().directory, 'run', domain.uuid))).toBe(false);
    }
  }, 60_000);
});
