/** Several processes and connections on the same state. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const ROOT = join(__dirname, '..', '..');

describeAsRoot(`many at once${SKIP_REASON}`, () => {
  const world = useWorld();

  test('of two processes that start a domain, exactly one does, every time', async () => {
    const { uri, connection } = world();
    const domain = await connection.defineDomain(world().define({ name: 'contested' }));
    const script = `
      const { open } = require(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
      open(${JSON.stringify(uri)}).then(async (connection) => {
        const domain = await connection.lookupDomainByName('contested');
        process.stdin.on('data', async () => {
          try { await domain.create(); console.log('started'); } catch (error) { console.log(error.code); }
        });
        process.stdin.on('end', () => connection.close());
        console.log('ready');
      });`;
    const children = [0, 1].map(() =>
      spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const answer = (child: (typeof children)[number]): Promise<string> =>
      once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
    await Promise.all(children.map(answer));
    for (let round = 0; round < 30; round++) {
      const answers = children.map(answer);
      for (const child of children) child.stdin.write('go');
      expect((await Promise.all(answers)).sort()).toEqual(['OPERATION_INVALID', 'started']);
      await domain.destroy();
    }
    for (const child of children) child.stdin.end();
    await Promise.all(children.map((child) => once(child, 'exit')));
    await domain.undefine();
  }, 240_000);

  test('of many connections that define a name, one succeeds', async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => world().connect()));
    const results = await Promise.allSettled(
      connections.map((connection) => connection.defineDomain(world().define({ name: 'wanted' }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'OPERATION_FAILED' });
    }
    await (await world().connection.lookupDomainByName('wanted')).undefine();
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test('forty containers start and stop at once, and every event is there once, in order', async () => {
    const { connection } = world();
    const other = await world().connect();
    const events = other.events();
    const domains = await Promise.all(
      Array.from({ length: 40 }, () => connection.createDomain(world().define())),
    );
    expect(new Set(domains.map(({ id }) => id)).size).toBe(40);
    await Promise.all(domains.map((domain) => domain.destroy()));
    const seen = new Map<string, string[]>();
    let last: number | undefined;
    let count = 0;
    for await (const event of events) {
      if (event.type !== 'lifecycle') throw new Error('events were lost');
      if (last !== undefined) expect(event.sequence).toBe(last + 1);
      last = event.sequence;
      seen.set(event.uuid, [...(seen.get(event.uuid) ?? []), event.event]);
      if (++count === 80) break;
    }
    expect([...seen.values()]).toEqual(Array(40).fill(['started', 'stopped']));
    await other.close();
  }, 240_000);

  test('changes of metadata from many connections are all kept', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const connections = await Promise.all(Array.from({ length: 8 }, () => world().connect()));
    await Promise.all(
      connections.map(async (connection, index) => {
        const mine = await connection.lookupDomainByUUID(domain.uuid);
        await mine.setMetadata({
          type: 'element',
          uri: `urn:test:${index}`,
          key: 'k',
          value: `<mark n='${index}'/>`,
        });
      }),
    );
    const { metadata } = await domain.getDefinition();
    expect(metadata).toHaveLength(8);
    await Promise.all(connections.map((connection) => connection.close()));
    await domain.undefine();
  });
});
