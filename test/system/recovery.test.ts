/** What is left by controllers and starts that were cut short is found and removed, and nothing waits for ever. */
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHostRoot, type Domain, type DomainEvent } from '../../lib/index.js';
import { findTraces, isGone } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

interface Live {
  readonly cgroups: { readonly groups: readonly { readonly version: number; readonly directory: string }[] };
}

describeAsRoot(`recovery${SKIP_REASON}`, () => {
  const world = useWorld();
  const folder = (domain: Domain): string => join(world().directory, 'run', domain.uuid);
  const controllerOf = (domain: Domain): number =>
    Number(readFileSync(join(folder(domain), 'controller'), 'utf8').split(' ')[1]);
  const groupsOf = async (domain: Domain): Promise<string[]> =>
    (JSON.parse(await readFile(join(folder(domain), 'live.json'), 'utf8')) as Live).cgroups.groups.map(
      ({ directory }) => directory,
    );
  const kill = async (pid: number): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    while (!isGone(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  test('destroy after the controller was killed leaves nothing, and says that the domain is off', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    const groups = await groupsOf(domain);
    await kill(controllerOf(domain));
    await expect(domain.destroy()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
    expect(readdirSync(folder(domain))).toEqual(['exit']);
    await domain.undefine();
  });

  test('a transient domain can be created again after its controller was killed', async () => {
    const definition = world().define();
    const first = await world().connection.createDomain(definition);
    const groups = await groupsOf(first);
    await kill(controllerOf(first));
    const second = await world().connection.createDomain({ ...definition, uuid: first.uuid });
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
    await second.destroy();
    expect(findTraces([first.uuid])).toEqual([]);
  });

  test('groups that a container made below its own are removed too', async () => {
    const domain = await world().connection.createDomain(world().define());
    const groups = await groupsOf(domain);
    for (const group of groups) await mkdir(join(group, 'below', 'below'), { recursive: true });
    await kill(controllerOf(domain));
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
  });

  test('a stopped controller neither keeps destroy from its work nor other calls from theirs', async () => {
    const domain = await world().connection.createDomain(world().define());
    const controller = controllerOf(domain);
    process.kill(controller, 'SIGSTOP');
    const connection = await world().connect();
    connection.on('lifecycle', () => undefined);
    const other = await connection.defineDomain(world().define());
    await other.undefine();
    await domain.destroy();
    expect(isGone(controller)).toBe(true);
    expect(findTraces([domain.uuid])).toEqual([]);
    await connection.close();
  });

  test('of two that create a domain of one name, one does', async () => {
    const connections = await Promise.all([world().connect(), world().connect()]);
    const results = await Promise.allSettled(
      connections.map((connection) => connection.createDomain(world().define({ name: 'twin' }))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await (await world().connection.lookupDomainByName('twin')).destroy();
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test('a time longer than a timer can be is for ever, not at once', async () => {
    const marker = join(world().root.directory, 'var', 'long');
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/bash', '-c', 'trap : TERM HUP; echo > /var/long; while :; do sleep 0.01; done'],
      }),
    );
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 5));
    const shutdown = domain.shutdown({ timeoutMs: 3e9, signal: AbortSignal.timeout(200) });
    await expect(shutdown).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
    expect(await domain.isActive()).toBe(true);
    await domain.destroy();
  });

  test('a signal goes to the number that the container itself sees', async () => {
    const definition = { extensions: { security: { kind: 'systemd' } } } as const;
    const domain = await world().connection.createDomain(world().define({ definition }));
    for (let count = 0; count < 5; count++) await domain.exec(['/bin/true']);
    // Inside a namespace below, numbers begin again: there is a 2 in there, and none in the container any more.
    const nested = domain.exec(
      ['/usr/bin/unshare', '-p', '-f', '/bin/sh', '-c', 'sleep 300 & echo $!; wait'],
      { reject: false },
    );
    const [number] = (await once(nested.stdout, 'data')) as [Buffer];
    expect(number.toString('utf8').trim()).toBe('2');
    await expect(domain.sendProcessSignal(2, 'SIGKILL')).rejects.toMatchObject({ code: 'INVALID_ARG' });
    nested.kill('SIGKILL');
    await nested;
    await domain.destroy();
  });

  test('a damaged definition hides no running domain, and defining it again mends it', async () => {
    const definition = world().define();
    const domain = await world().connection.defineDomain(definition);
    await domain.create();
    const other = await world().connect();
    await writeFile(join(world().directory, 'etc', `${domain.uuid}.xml`), '<domain');
    expect((await other.listAllDomains({ active: true })).map(({ uuid }) => uuid)).toEqual([domain.uuid]);
    await (await other.lookupDomainByName(domain.name)).destroy();
    const again = await other.defineDomain({ ...definition, uuid: domain.uuid });
    await again.undefine();
    await other.close();
  });

  test('lock files of transient domains go with them, also when they end by themselves', async () => {
    const events = world().connection.events();
    const domain = await world().connection.createDomain(world().define({ init: ['/bin/true'] }));
    for await (const event of events) {
      if (event.type === 'lifecycle' && event.uuid === domain.uuid && event.event === 'stopped') break;
    }
    await expect(domain.create()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    expect(readdirSync(join(world().directory, 'run', 'locks'))).not.toContain(domain.uuid);
  });

  test('a sequence number of an earlier boot is answered by an overflow, then by every event there is', async () => {
    const seen: DomainEvent[] = [];
    for await (const event of world().connection.events({ since: 1_000_000 })) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen[0]).toMatchObject({ type: 'overflow' });
    expect(seen[1]).toMatchObject({ type: 'lifecycle', sequence: 1 });
  });

  test('a new run knows nothing of a resume in the one before', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    await domain.suspend();
    await domain.resume();
    await kill(controllerOf(domain));
    await domain.create();
    expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
    await domain.destroy();
    await domain.undefine();
  });

  test('what does not exist is NO_DOMAIN, whatever is asked of it', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.undefine();
    await expect(domain.exec(['/bin/true'])).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    await expect(domain.openConsole()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    await expect(domain.destroy()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    await expect(domain.create()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
  });

  test('operations that meet the end of the container fail cleanly', async () => {
    const unexpected: unknown[] = [];
    const note = (error: unknown): void => {
      unexpected.push(error);
    };
    process.on('unhandledRejection', note);
    for (let round = 0; round < 15; round++) {
      const domain = await world().connection.createDomain(world().define({ init: ['/bin/sleep', '0.03'] }));
      const operations = Array.from({ length: 8 }, () => [
        () => domain.suspend().then(() => domain.resume()),
        () => domain.getInfo(),
        () => domain.exec(['/bin/true']).then(),
        () => domain.sendProcessSignal(1, 0),
      ]).flat();
      for (const operation of operations) {
        const error: unknown = await operation().then(
          () => undefined,
          (cause: unknown) => cause,
        );
        if (error !== undefined) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(?:OPERATION_INVALID|NO_DOMAIN)$/) as unknown,
          });
        }
      }
      await domain.destroy().catch(() => undefined);
    }
    process.off('unhandledRejection', note);
    expect(unexpected).toEqual([]);
  });

  test('commands that meet the end of the container, many at once, find it not running', async () => {
    for (let round = 0; round < 15; round++) {
      const domain = await world().connection.createDomain(world().define({ init: ['/bin/sleep', '0.03'] }));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 36 }, () => domain.exec(['/bin/true']).then()),
      );
      for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
        expect(outcome).toMatchObject({
          reason: { code: expect.stringMatching(/^(?:OPERATION_INVALID|NO_DOMAIN)$/) as unknown },
        });
      }
      await domain.destroy().catch(() => undefined);
    }
  });

  test('a private root serves every user, whatever the umask', async () => {
    const before = process.umask(0o077);
    const root = await createHostRoot().finally(() => process.umask(before));
    const { devices, ...rest } = world().define();
    const domain = await world().connection.createDomain({
      ...rest,
      devices: { ...devices, filesystems: root.filesystems },
    });
    expect((await domain.exec(['/usr/bin/id', '-un'], { user: 'nobody' })).stdout).toBe('nobody');
    await domain.destroy();
    await root.remove();
  });
});
