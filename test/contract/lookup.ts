import { expectCode, names, type Suite } from './suite.js';

const UNKNOWN = '00112233-4455-4677-8899-aabbccddeeff';

export function describeLookup(suite: Suite): void {
  describe('lookup', () => {
    test('finds a domain by name, by uuid in any spelling, and by id while active', async () => {
      const domain = await suite.started();
      const connection = suite.connection();
      const id = domain.id ?? -1;
      expect(id).toBeGreaterThan(0);
      for (const found of [
        await connection.lookupDomainByName(domain.name),
        await connection.lookupDomainByUUID(domain.uuid),
        await connection.lookupDomainByUUID(domain.uuid.replaceAll('-', '').toUpperCase()),
        await connection.lookupDomainByID(id),
      ]) {
        expect(found).toMatchObject({ name: domain.name, uuid: domain.uuid, id });
      }
      await domain.destroy();
      expect(domain.id).toBeNull();
      await expectCode(connection.lookupDomainByID(id), 'NO_DOMAIN');
    });

    test('of nothing fails with NO_DOMAIN', async () => {
      const connection = suite.connection();
      await expect(connection.lookupDomainByName('nobody')).rejects.toMatchObject({
        code: 'NO_DOMAIN',
        message: "No domain with matching name 'nobody'",
      });
      await expect(connection.lookupDomainByUUID(UNKNOWN)).rejects.toMatchObject({
        code: 'NO_DOMAIN',
        message: `No domain with matching uuid '${UNKNOWN}'`,
      });
      await expect(connection.lookupDomainByID(4_000_000)).rejects.toMatchObject({
        code: 'NO_DOMAIN',
        message: 'No domain with matching id 4000000',
      });
    });

    test('with what can be no key fails with INVALID_ARG', async () => {
      await expectCode(suite.connection().lookupDomainByUUID('x'), 'INVALID_ARG');
      await expectCode(suite.connection().lookupDomainByID(-1), 'INVALID_ARG');
      await expectCode(suite.connection().lookupDomainByID(Number.NaN), 'INVALID_ARG');
    });

    test('a handle of a domain that is gone fails with NO_DOMAIN', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.undefine();
      await expect(domain.getState()).rejects.toMatchObject({
        code: 'NO_DOMAIN',
        message: `no domain with matching uuid '${domain.uuid}' (${domain.name})`,
      });
      for (const work of [
        () => domain.create(),
        () => domain.shutdown(),
        () => domain.reboot(),
        () => domain.destroy(),
        () => domain.suspend(),
        () => domain.resume(),
        () => domain.undefine(),
        () => domain.getInfo(),
        () => domain.getXMLDesc(),
        () => domain.setAutostart(true),
        () => domain.isActive(),
      ]) {
        await expectCode(work(), 'NO_DOMAIN');
      }
    });
  });

  describe('listAllDomains()', () => {
    test('combines its filters with and, the states of one filter with or', async () => {
      const connection = suite.connection();
      const off = await connection.defineDomain(suite.fresh('off'));
      const running = await suite.started();
      const paused = await connection.createDomain(suite.fresh('paused'));
      await paused.suspend();
      await off.setAutostart(true);
      const mine = [off.name, running.name, paused.name];
      const list = async (filter?: Parameters<typeof connection.listAllDomains>[0]): Promise<string[]> =>
        names(await connection.listAllDomains(filter)).filter((name) => mine.includes(name));
      const sorted = (...domains: { name: string }[]): string[] => domains.map(({ name }) => name).sort();

      expect(await list()).toEqual(sorted(off, running, paused));
      expect(await list({ active: true })).toEqual(sorted(running, paused));
      expect(await list({ active: false })).toEqual(sorted(off));
      expect(await list({ persistent: true })).toEqual(sorted(off, running));
      expect(await list({ persistent: false })).toEqual(sorted(paused));
      expect(await list({ state: 'running' })).toEqual(sorted(running));
      expect(await list({ state: ['paused', 'shutoff'] })).toEqual(sorted(off, paused));
      expect(await list({ state: [] })).toEqual(sorted(off, running, paused));
      expect(await list({ state: 'other' })).toEqual([]);
      expect(await list({ autostart: true })).toEqual(sorted(off));
      expect(await list({ autostart: false })).toEqual(sorted(running, paused));
      expect(await list({ active: true, persistent: true })).toEqual(sorted(running));
      expect(await list({ hasSnapshot: true })).toEqual([]);
      expect(await list({ hasManagedSave: false, hasSnapshot: false, hasCheckpoint: false })).toHaveLength(3);
    });
  });
}
