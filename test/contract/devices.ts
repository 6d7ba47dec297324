import type { Device, Domain } from 'virtainer';
import { expectCode, type Suite } from './suite.js';

const DISK = "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>";
const OTHER_DISK = "<disk type='block'><source dev='/dev/sdc'/><target dev='sda'/></disk>";
const MOUNT: Device = { filesystem: { type: 'mount', source: '/srv/data', target: '/data' } };
const CONFIG = { config: true };

async function stored(domain: Domain): Promise<string> {
  return domain.getXMLDesc({ inactive: true });
}

export function describeDevices(suite: Suite): void {
  describe('devices', () => {
    test('of a domain that is off are attached, updated and detached in its definition', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      const before = await stored(domain);
      await domain.attachDevice(DISK);
      expect((await domain.getDefinition()).devices.disks).toMatchObject([
        { type: 'block', source: '/dev/sdb', target: 'sda', device: 'disk', bus: 'scsi' },
      ]);
      await domain.updateDevice(OTHER_DISK);
      expect(await stored(domain)).toContain("<source dev='/dev/sdc'/>");
      expect(await stored(domain)).not.toContain('/dev/sdb');
      await domain.detachDevice(DISK);
      expect(await stored(domain)).toBe(before);
    });

    test('are given typed as well, and seen by everybody who asks', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.attachDevice(MOUNT);
      const again = await suite.connection().lookupDomainByName(domain.name);
      expect((await again.getDefinition()).devices.filesystems.at(-1)).toEqual({
        type: 'mount',
        source: '/srv/data',
        target: '/data',
        accessmode: 'passthrough',
      });
      await domain.detachDevice(MOUNT);
      expect(await stored(again)).not.toContain('/srv/data');
    });

    test('of the network keep the MAC address they were given, and are found by it', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.attachDevice({ interface: { type: 'bridge', bridge: 'br0' } });
      const [nic] = (await domain.getDefinition()).devices.interfaces ?? [];
      expect((await domain.getDefinition()).devices.interfaces).toEqual([nic]);
      await domain.updateDevice(
        `<interface type='bridge'><mac address='${nic?.mac}'/><source bridge='br1'/></interface>`,
      );
      expect((await domain.getDefinition()).devices.interfaces).toEqual([{ ...nic, bridge: 'br1' }]);
      await domain.detachDevice({ interface: { type: 'bridge', bridge: 'br1' } });
      await expectCode(
        domain.detachDevice({ interface: { type: 'bridge', bridge: 'br1' } }),
        'DEVICE_MISSING',
      );
      expect(await stored(domain)).not.toContain('<interface');
    });

    test('of an active domain are changed for its next start', async () => {
      const domain = await suite.started();
      const live = await domain.getXMLDesc();
      await domain.attachDevice(MOUNT, CONFIG);
      expect(await stored(domain)).toContain("<source dir='/srv/data'/>");
      expect(await domain.getXMLDesc()).toBe(live);
      await domain.detachDevice(MOUNT, CONFIG);
      expect(await stored(domain)).not.toContain('/srv/data');
    });

    test.each([{}, { live: true }, { live: true, config: true }])(
      'of a running container are not changed, nor anything else: %j',
      async (options) => {
        const domain = await suite.started();
        const before = [await stored(domain), await domain.getXMLDesc()];
        for (const refused of [
          domain.attachDevice(DISK, options),
          domain.detachDevice(DISK, options),
          domain.updateDevice(DISK, options),
        ]) {
          await expect(refused).rejects.toMatchObject({
            code: 'OPERATION_UNSUPPORTED',
            codeNumber: 84,
            message: expect.stringContaining("<disk> target 'sda'") as unknown,
            hint: expect.stringContaining('config: true') as unknown,
          });
        }
        expect([await stored(domain), await domain.getXMLDesc()]).toEqual(before);
      },
    );

    test('of a definition that does not exist fail with OPERATION_INVALID', async () => {
      const off = await suite.connection().defineDomain(suite.fresh());
      await expectCode(off.attachDevice(DISK, { live: true }), 'OPERATION_INVALID');
      await expectCode(off.attachDevice(DISK, { live: true, config: true }), 'OPERATION_INVALID');
      expect(await stored(off)).not.toContain('<disk');
      const transient = await suite.connection().createDomain(suite.fresh());
      await expectCode(transient.attachDevice(DISK, CONFIG), 'OPERATION_INVALID');
    });

    test('that are there, are not there, or break a rule are refused, and nothing is changed', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.attachDevice(DISK);
      const before = await stored(domain);
      const missing: Device = { filesystem: { type: 'ram', usageKiB: 64, target: '/nowhere' } };
      const sameAddress =
        "<disk type='block'><source dev='/dev/sdd'/><target dev='sdq'/>" +
        "<address type='drive' controller='0' bus='0' target='0' unit='0'/></disk>";
      await expectCode(domain.attachDevice(OTHER_DISK), 'INVALID_ARG');
      await expectCode(domain.detachDevice(DISK.replace("'sda'", "'sdb'")), 'INVALID_ARG');
      await expectCode(domain.detachDevice(missing), 'OPERATION_FAILED');
      await expectCode(domain.attachDevice(sameAddress), 'CONFIG_UNSUPPORTED');
      await expectCode(domain.attachDevice("<video><model type='vga'/></video>"), 'CONFIG_UNSUPPORTED');
      await expectCode(domain.attachDevice('<disk>'), 'XML_ERROR');
      await expectCode(
        domain.attachDevice(DISK.replace('/>', " x='1'/>"), { validate: true }),
        'XML_INVALID_SCHEMA',
      );
      expect(await stored(domain)).toBe(before);
    });

    test('of a domain that is gone fail with NO_DOMAIN', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.undefine();
      await expectCode(domain.attachDevice(DISK, CONFIG), 'NO_DOMAIN');
    });
  });
}
