/** Changes of a running domain's definition that meet its end. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompleteDomain } from '../../lib/definition/domain/index.js';
import type { Domain } from '../../lib/index.js';
import { openLxc } from '../../lib/lxc/driver.js';
import { groupDirectory, hasVersion1, initOf, readGroupFile } from './kernel-groups.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

describeAsRoot(`a definition that changes while its container ends${SKIP_REASON}`, () => {
  const world = useWorld();
  const folderOf = (domain: Domain): string => join(world().directory, 'run', domain.uuid);

  /** Changes the live definition; between the reading and the writing of it the container ends, and is cleaned up. */
  async function changeAtTheEnd(domain: Domain, change: Partial<CompleteDomain>): Promise<void> {
    const init = initOf(world().directory, domain);
    const controller = join(folderOf(domain), 'controller');
    const driver = openLxc({ uri: world().uri, embedRoot: world().directory });
    try {
      await driver.updateDefinition(domain.uuid, { live: true }, (definition) => {
        process.kill(init, 'SIGKILL');
        spawnSync('/bin/sh', ['-c', `while [ -e ${controller} ]; do sleep 0.01; done`]);
        return { ...definition, ...change };
      });
    } finally {
      await driver.close();
    }
  }

  test.each([
    ['a title', { title: 'too late' }],
    ['a limit', { currentMemoryKiB: 32 * 1024 }],
  ] as const)('%s: it is not running, and how it ended stays known', async (_what, change) => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    await expect(changeAtTheEnd(domain, change)).rejects.toMatchObject({
      code: 'OPERATION_INVALID',
      message: 'domain is not running',
    });
    expect(await domain.getState()).toMatchObject({
      state: 'shutoff',
      lastExit: { exitCode: null, signal: 'SIGKILL' },
    });
    await domain.undefine();
  });

  (hasVersion1 ? test : test.skip)(
    'what an earlier version did not limit is not limited unasked',
    async () => {
      const domain = await world().connection.createDomain(world().define());
      const path = join(folderOf(domain), 'live.json');
      const { security, ...record } = JSON.parse(readFileSync(path, 'utf8')) as { readonly security: object };
      writeFileSync(path, JSON.stringify({ ...record, security: { ...security, pids: 'unlimited' } }));
      writeFileSync(join(groupDirectory(world().directory, domain, 'pids'), 'pids.max'), 'max');
      await domain.setMemory(32 * 1024);
      expect(readGroupFile(world().directory, domain, 'pids.max')).toBe('max');
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ security: { pids: 'unlimited' } });
      await domain.setPidsLimit(20);
      expect(readGroupFile(world().directory, domain, 'pids.max')).toBe('20');
      await domain.destroy();
    },
  );

  test('nothing is left of a transient domain', async () => {
    const domain = await world().connection.createDomain(world().define());
    await expect(changeAtTheEnd(domain, { title: 'too late' })).rejects.toMatchObject({
      code: 'OPERATION_INVALID',
    });
    await expect(domain.getState()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    expect(existsSync(folderOf(domain))).toBe(false);
  });
});
