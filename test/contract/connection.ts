import { hostname } from 'node:os';
import { expectCode, type Suite } from './suite.js';
import { thrownBy } from '../thrown-by.js';

export function describeConnection(suite: Suite): void {
  describe('connection', () => {
    test('tells what it is connected to', async () => {
      const connection = suite.connection();
      expect(await connection.getURI()).toBe(connection.uri);
      expect(['LXC', 'TEST']).toContain(await connection.getType());
      expect(await connection.getVersion()).toBeGreaterThan(0);
      expect(await connection.getLibVersion()).toBe(1000);
      expect(await connection.getHostname()).toBe(hostname());
      expect(await connection.isAlive()).toBe(true);
      expect(connection.readOnly).toBe(false);
    });

    test('getCapabilities() tells host and guests, as an object and as XML', async () => {
      const { host, guests } = await suite.connection().getCapabilities();
      expect(host.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
      expect(host.cpus).toBeGreaterThan(0);
      expect(host.memoryKiB).toBeGreaterThan(0);
      expect(guests[0]).toMatchObject({ osType: 'exe', domainType: 'lxc', arch: host.arch });
      const xml = await suite.connection().getCapabilitiesXML();
      expect(xml).toMatch(/^<capabilities>/u);
      expect(xml).toContain(`<arch name='${host.arch}'>`);
    });

    test('capabilities are valid and fit together', async () => {
      const { host, guests } = await suite.connection().getCapabilities();
      const { cells } = host.topology;
      expect(cells.flatMap(({ cpus }) => cpus)).toHaveLength(host.cpus);
      for (const { cpus } of cells) for (const { id, siblings } of cpus) expect(siblings).toContain(id);
      expect(host.cpu.pageSizesKiB).toEqual([...host.cpu.pageSizesKiB].sort((one, other) => one - other));
      expect(guests.map(({ wordsize }) => wordsize).sort()).toEqual(guests.length === 1 ? [64] : [32, 64]);
    });

    test('getDomainCapabilities() tells what starts, as an object and as XML', async () => {
      const connection = suite.connection();
      const [capabilities, { host, guests }] = await Promise.all([
        connection.getDomainCapabilities(),
        connection.getCapabilities(),
      ]);
      expect(capabilities).toMatchObject({
        path: guests[0]?.emulator,
        domain: 'lxc',
        arch: host.arch,
        os: { supported: true, types: ['exe'] },
        devices: { filesystem: { supported: true }, disk: { supported: true, types: ['block'] } },
      });
      expect(await connection.getDomainCapabilities({ arch: host.arch, virttype: 'lxc' })).toEqual(
        capabilities,
      );
      for (const { arch } of guests) {
        expect(await connection.getDomainCapabilities({ arch })).toMatchObject({ arch });
      }
      const xml = await connection.getDomainCapabilitiesXML();
      expect(xml).toMatch(/^<domainCapabilities>\n/u);
      expect(xml).toContain(`<arch>${host.arch}</arch>`);
    });

    test('getDomainCapabilities() refuses what the host does not run', async () => {
      const connection = suite.connection();
      await expectCode(connection.getDomainCapabilities({ arch: 'sparc' }), 'INVALID_ARG');
      await expectCode(connection.getDomainCapabilities({ virttype: 'kvm' }), 'INVALID_ARG');
      await expectCode(connection.getDomainCapabilitiesXML({ virttype: '' }), 'INVALID_ARG');
    });

    test('close() is idempotent, and everything after it fails with INVALID_CONN', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      await domain.undefine();
      const events = connection.events();
      await Promise.all([connection.close(), connection.close()]);
      await connection.close();
      expect(connection.closed).toBe(true);
      expect(await connection.isAlive()).toBe(false);
      expect(await events.next()).toEqual({ done: true, value: undefined });
      await expectCode(connection.listAllDomains(), 'INVALID_CONN');
      await expectCode(connection.getType(), 'INVALID_CONN');
      await expectCode(connection.defineDomain(suite.fresh()), 'INVALID_CONN');
      await expectCode(domain.create(), 'INVALID_CONN');
      await expectCode(domain.getState(), 'INVALID_CONN');
      await expectCode(domain.exec(['true']), 'INVALID_CONN');
      expect(thrownBy(() => connection.on('lifecycle', () => {}))).toMatchObject({ code: 'INVALID_CONN' });
    });

    test('close() ends commands and consoles, and no domain', async () => {
      await using connection = await suite.open();
      const domain = await connection.createDomain(suite.fresh('left'));
      const command = domain.exec(['sleep', '1000']);
      const console = await domain.openConsole();
      await command.pid;
      await connection.close();
      await expect(Promise.resolve(command)).rejects.toMatchObject({ result: { isCanceled: true } });
      expect(console.destroyed).toBe(true);
      if (!suite.shared) return;
      const again = await suite.connection().lookupDomainByName(domain.name);
      expect(await again.getState()).toMatchObject({ state: 'running' });
    });

    test('disposing a domain only releases the handle', async () => {
      const { name } = await suite.started();
      {
        await using domain = await suite.connection().lookupDomainByName(name);
        expect(domain.id).not.toBeNull();
      }
      expect(await (await suite.connection().lookupDomainByName(name)).isActive()).toBe(true);
    });

    test('a read-only connection reads, and refuses to change with OPERATION_DENIED', async () => {
      await suite.started();
      await using connection = await suite.open({ readOnly: true });
      expect(connection.readOnly).toBe(true);
      const [domain] = await connection.listAllDomains({ active: true });
      if (!domain) throw new Error('there is no domain');
      expect(await domain.getState()).toMatchObject({ state: 'running' });
      expect(await domain.getXMLDesc()).toContain(domain.uuid);
      const refused = [
        connection.defineDomain(suite.fresh()),
        connection.createDomain(suite.fresh()),
        domain.create(),
        domain.shutdown(),
        domain.reboot(),
        domain.destroy(),
        domain.suspend(),
        domain.resume(),
        domain.undefine(),
        domain.setAutostart(true),
        domain.setMetadata({ type: 'title', value: 'x' }),
        domain.sendProcessSignal(1, 0),
        domain.exec(['true']),
        domain.openConsole(),
        domain.getXMLDesc({ secure: true }),
      ];
      await Promise.all(refused.map((work) => expectCode(work, 'OPERATION_DENIED')));
    });
  });
}
