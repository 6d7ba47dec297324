import type { DomainDefinition } from 'virtainer';
import { expectCode, names, type Suite } from './suite.js';

export function describeDefinition(suite: Suite): void {
  describe('defineDomain()', () => {
    test('stores a domain that is off and persistent', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      expect(domain.id).toBeNull();
      expect(await domain.getID()).toBeNull();
      expect(await domain.isActive()).toBe(false);
      expect(await domain.isPersistent()).toBe(true);
      expect(await domain.getAutostart()).toBe(false);
      expect(await domain.getOSType()).toBe('exe');
      expect(await domain.getState()).toEqual({ state: 'shutoff', reason: 'unknown' });
      expect(await domain.getInfo()).toMatchObject({ state: 'shutoff', maxMemoryKiB: 65_536, cpuTimeNs: 0n });
    });

    test('takes the XML that getXMLDesc() gives, and the definition that getDefinition() gives', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const [xml, definition] = await Promise.all([domain.getXMLDesc(), domain.getDefinition()]);
      await connection.defineDomain(xml, { validate: true });
      expect(await domain.getDefinition()).toEqual(definition);
      await connection.defineDomain(definition);
      expect(await domain.getXMLDesc()).toBe(xml);
    });

    test('keeps every element without effect, stored and live', async () => {
      const kept = {
        genid: '0d1f2e3c-4b5a-4697-8877-665544332211',
        resource: { fibrechannelAppid: 'app' },
        memoryBacking: { locked: true },
        kept: ["<pm><suspend-to-mem enabled='no'/></pm>"],
      };
      const domain = await suite.connection().defineDomain({ ...suite.fresh(), ...kept });
      expect(await domain.getDefinition()).toMatchObject(kept);
      await domain.create();
      expect(await domain.getDefinition()).toMatchObject(kept);
      const xml = await domain.getXMLDesc();
      expect(xml).toContain("<fibrechannel appid='app'/>");
      expect(xml).toContain("<suspend-to-mem enabled='no'/>");
    });

    test('of bad XML and of bad definitions fails and stores nothing', async () => {
      const connection = suite.connection();
      const before = names(await connection.listAllDomains());
      await expectCode(connection.defineDomain('<domain'), 'XML_ERROR');
      await expect(connection.defineDomain('')).rejects.toMatchObject({ name: 'VirtError' });
      const bad: unknown = { ...suite.fresh(), memoryKiB: 'much' };
      await expect(connection.defineDomain(bad as DomainDefinition)).rejects.toMatchObject({
        name: 'VirtError',
      });
      expect(names(await connection.listAllDomains())).toEqual(before);
    });

    test('without validate ignores unknown elements, with it refuses them', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const xml = (await domain.getXMLDesc()).replace('</domain>', '  <novelty/>\n</domain>');
      await connection.defineDomain(xml);
      await expectCode(connection.defineDomain(xml, { validate: true }), 'XML_INVALID_SCHEMA');
    });

    test('under the same name and uuid redefines, without undefine (TCK 065)', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const definition = await domain.getDefinition();
      await connection.defineDomain({ ...definition, description: 'second' });
      expect(await domain.getDefinition()).toMatchObject({ description: 'second' });
    });

    test('of an active domain counts from its next start', async () => {
      const domain = await suite.started();
      const definition = await domain.getDefinition({ inactive: true });
      await suite.connection().defineDomain({ ...definition, description: 'next' });
      expect((await domain.getDefinition()).description).toBeUndefined();
      expect(await domain.getDefinition({ inactive: true })).toMatchObject({ description: 'next' });
      expect(await domain.getXMLDesc()).toContain(` id='${domain.id ?? ''}'`);
      expect(await domain.getXMLDesc({ inactive: true })).not.toContain(' id=');
      await domain.destroy();
      await domain.create();
      expect(await domain.getDefinition()).toMatchObject({ description: 'next' });
    });

    test('of a running transient domain makes it persistent (TCK 070)', async () => {
      const definition = suite.fresh();
      const domain = await suite.connection().createDomain(definition);
      await suite.connection().defineDomain({ ...definition, uuid: domain.uuid });
      expect(await domain.isPersistent()).toBe(true);
      await domain.destroy();
      expect(await domain.getState()).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
    });
  });

  describe('names and uuids', () => {
    test('defineDomain() and createDomain() under a taken name or uuid fail (TCK 081)', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const definition = await domain.getDefinition();
      const otherUuid = { ...definition, uuid: '0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f' };
      const otherName = { ...definition, name: `${domain.name}-other` };
      for (const clash of [otherUuid, otherName]) {
        await expectCode(connection.defineDomain(clash), 'OPERATION_FAILED');
        await expectCode(connection.createDomain(clash), 'OPERATION_FAILED');
      }
      await domain.create();
      for (const clash of [otherUuid, otherName]) {
        await expectCode(connection.defineDomain(clash), 'OPERATION_FAILED');
        await expectCode(connection.createDomain(clash), 'OPERATION_FAILED');
      }
      await expectCode(connection.createDomain(definition), 'OPERATION_INVALID');
    });

    test('a transient domain shows its one definition without what belongs to the run', async () => {
      const domain = await suite.connection().createDomain(suite.fresh());
      const xml = await domain.getXMLDesc({ inactive: true });
      expect(xml).toContain("<console type='pty'>");
      expect(xml).not.toMatch(/ id=|tty=|<source path=/u);
      await domain.destroy();
    });

    test('createDomain() of an inactive persistent domain uses the definition for one run (TCK 081)', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const definition = await domain.getDefinition();
      const run = await connection.createDomain({ ...definition, description: 'once' });
      expect(run.uuid).toBe(domain.uuid);
      expect(await run.isPersistent()).toBe(true);
      expect(await run.getDefinition()).toMatchObject({ description: 'once' });
      await run.destroy();
      expect((await domain.getDefinition()).description).toBeUndefined();
    });
  });

  describe('undefine()', () => {
    test('of an inactive domain removes it', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.undefine();
      await expectCode(suite.connection().lookupDomainByName(domain.name), 'NO_DOMAIN');
    });

    test('of an active domain makes it transient', async () => {
      const domain = await suite.started();
      await domain.undefine();
      expect(await domain.isActive()).toBe(true);
      expect(await domain.isPersistent()).toBe(false);
      await expectCode(domain.undefine(), 'OPERATION_INVALID');
      await domain.destroy();
      await expectCode(suite.connection().lookupDomainByName(domain.name), 'NO_DOMAIN');
    });
  });

  describe('autostart', () => {
    test('is set and cleared, and gone after undefine', async () => {
      const definition = suite.fresh();
      const domain = await suite.connection().defineDomain(definition);
      await domain.setAutostart(true);
      expect(await domain.getAutostart()).toBe(true);
      await domain.setAutostart(false);
      expect(await domain.getAutostart()).toBe(false);
      await domain.setAutostart(true);
      await domain.undefine();
      const again = await suite.connection().defineDomain({ ...definition, uuid: domain.uuid });
      expect(await again.getAutostart()).toBe(false);
    });

    test('of a transient domain fails with OPERATION_INVALID', async () => {
      const domain = await suite.connection().createDomain(suite.fresh());
      await expectCode(domain.setAutostart(true), 'OPERATION_INVALID');
    });
  });
}
