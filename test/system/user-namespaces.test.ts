/** Whose ids a container has on the host, and whose its files are. */
import { execFileSync } from 'node:child_process';
import { lchownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Domain } from '../../lib/index.js';
import { describeAsRoot, SKIP_REASON, useWorld, type Changes } from './world.js';

const SIZE = 65_536;

describeAsRoot(`user namespaces${SKIP_REASON}`, () => {
  const world = useWorld();

  /** The whole map of users, as the host sees it. */
  function mapOf(domain: Domain, kind: 'uid' | 'gid' = 'uid'): number[] {
    const record = readFileSync(join(world().directory, 'run', domain.uuid, 'controller'), 'utf8');
    const text = readFileSync(`/proc/${record.split(' ')[3] ?? ''}/${kind}_map`, 'utf8');
    return text.trim().split(/\s+/u).map(Number);
  }

  async function start(changes: Changes = {}): Promise<Domain> {
    return world().connection.createDomain(world().define(changes));
  }

  function sharedFolder(name: string): Changes & { readonly path: string } {
    const path = join(world().directory, name);
    mkdirSync(path);
    return { path, filesystems: [{ type: 'mount', source: path, target: '/mnt' }] };
  }

  test('of two containers have nothing in common, and nothing with the host', async () => {
    const [one, two] = [await start(), await start()];
    const bases = [one, two].map((domain) => {
      const [inside, base, count] = mapOf(domain);
      expect([inside, count]).toEqual([0, SIZE]);
      expect(mapOf(domain, 'gid')).toEqual(mapOf(domain));
      return base ?? 0;
    });
    expect(Math.min(...bases)).toBeGreaterThanOrEqual(SIZE);
    expect(Math.abs((bases[0] ?? 0) - (bases[1] ?? 0))).toBeGreaterThanOrEqual(SIZE);
    await one.destroy();
    await two.destroy();
  });

  test('are the same at the next start', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    const map = mapOf(domain);
    await domain.destroy();
    await domain.create();
    expect(mapOf(domain)).toEqual(map);
    await domain.destroy();
    await domain.undefine();
  });

  test('come out of the range of the connection, and are given back', async () => {
    const idRange = { start: 3_000_000_000, count: SIZE };
    const connection = await open(world().uri, { idRange });
    const domain = await connection.createDomain(world().define());
    expect(mapOf(domain)).toEqual([0, 3_000_000_000, SIZE]);
    await expect(connection.createDomain(world().define())).rejects.toMatchObject({ code: 'RESOURCE_BUSY' });
    await domain.destroy();
    await (await connection.createDomain(world().define())).destroy();
    await connection.close();
  });

  test('leave files with the owners they have on disk', async () => {
    const { path, filesystems } = sharedFolder('owners');
    writeFileSync(join(path, 'user'), '');
    lchownSync(join(path, 'user'), 1000, 100);
    const domain = await start({ filesystems: filesystems ?? [] });
    const script = 'stat -c %u:%g /mnt/user; echo x > /mnt/new; chown 1000:100 /mnt/new; echo x > /mnt/own';
    expect((await domain.exec(['/bin/sh', '-c', script])).stdout).toBe('1000:100');
    expect(statSync(join(path, 'new'))).toMatchObject({ uid: 1000, gid: 100 });
    expect(statSync(join(path, 'own'))).toMatchObject({ uid: 0, gid: 0 });
    await domain.destroy();
  });

  test('of an <idmap> are as it says, and files have to belong to them', async () => {
    const { path, filesystems } = sharedFolder('mapped');
    writeFileSync(join(path, 'user'), '');
    lchownSync(join(path, 'user'), 2_900_000_005, 0);
    lchownSync(path, 2_900_000_000, 2_900_000_000);
    const entries = [{ start: 0, target: 2_900_000_000, count: SIZE }];
    const domain = await start({
      filesystems: filesystems ?? [],
      definition: { idmap: { uids: entries, gids: entries } },
    });
    expect(mapOf(domain)).toEqual([0, 2_900_000_000, SIZE]);
    const script = 'stat -c %u:%g /mnt/user; echo x > /mnt/own';
    expect((await domain.exec(['/bin/sh', '-c', script])).stdout).toBe('5:65534');
    expect(statSync(join(path, 'own'))).toMatchObject({ uid: 2_900_000_000, gid: 2_900_000_000 });
    const automatic = { start: 2_900_000_000 - SIZE + 1, count: SIZE };
    const connection = await open(world().uri, { idRange: automatic });
    await expect(connection.createDomain(world().define())).rejects.toMatchObject({ code: 'RESOURCE_BUSY' });
    await connection.close();
    await domain.destroy();
  });

  test('can’t be given to files of a file system without idmapped mounts, and the error says what can', async () => {
    const folder = join(world().directory, 'overlay');
    for (const name of ['', 'lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
    const options = ['lowerdir', 'upperdir', 'workdir'].map(
      (key) => `${key}=${join(folder, key.replace('dir', ''))}`,
    );
    const merged = join(folder, 'merged');
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options.join(','), merged]);
    try {
      const filesystems = [{ type: 'mount', source: merged, target: '/mnt' }] as const;
      await expect(start({ filesystems })).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        message: expect.stringMatching(
          /<filesystem> target '\/mnt': .*overlay\/merged: .* no idmapped mounts/u,
        ) as unknown,
        hint: expect.stringContaining('<idmap>') as unknown,
      });
    } finally {
      execFileSync('umount', [merged]);
    }
  });

  test('are the host’s when the container has opted out', async () => {
    const domain = await start({ definition: { extensions: { userNamespace: { mode: 'none' } } } });
    expect(mapOf(domain)).toEqual([0, 0, 2 ** 32 - 1]);
    await domain.destroy();
  });
});
