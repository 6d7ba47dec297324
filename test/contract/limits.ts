import { MEMORY_UNLIMITED, type Domain } from 'virtainer';
import { expectCode, type Suite } from './suite.js';

const DEFINED_KIB = 65_536;

export function describeLimits(suite: Suite): void {
  const defined = (): Promise<Domain> => suite.connection().defineDomain(suite.fresh());

  describe('limits of a stored definition', () => {
    test('are unlimited until something is said, but for swap', async () => {
      const domain = await defined();
      expect(await domain.getMemoryParameters()).toEqual({
        hard_limit: MEMORY_UNLIMITED,
        soft_limit: MEMORY_UNLIMITED,
        // Without a word there is no swap.
        swap_hard_limit: (await domain.getInfo()).memoryKiB,
      });
      expect(await domain.getSchedulerParameters()).toEqual({
        cpu_shares: 1024,
        vcpu_period: 100_000,
        vcpu_quota: -1,
      });
      expect(await domain.getNumaParameters()).toEqual({ numa_mode: 'strict', numa_nodeset: '' });
      expect(await domain.getBlkioParameters()).toMatchObject({ weight: 0, device_weight: '' });
      expect(await domain.getPidsLimit()).toBe(512);
      expect(await domain.getMaxMemory()).toBe(DEFINED_KIB);
      expect(await domain.getSchedulerType()).toBe('posix');
    });

    test('are in the XML once they are set', async () => {
      const domain = await defined();
      await domain.setMemoryParameters({ hard_limit: 40_960, swap_hard_limit: 50_000, soft_limit: 30_000 });
      await domain.setSchedulerParameters({ cpu_shares: 2048, vcpu_quota: 50_000 });
      await domain.setNumaParameters({ numa_mode: 'interleave', numa_nodeset: '0' });
      await domain.setPidsLimit(77);
      const xml = await domain.getXMLDesc();
      expect(xml).toContain("<hard_limit unit='KiB'>40960</hard_limit>");
      expect(xml).toContain("<soft_limit unit='KiB'>30000</soft_limit>");
      expect(xml).toContain("<swap_hard_limit unit='KiB'>50000</swap_hard_limit>");
      expect(xml).toContain('<shares>2048</shares>');
      expect(xml).toContain('<quota>50000</quota>');
      expect(xml).toMatch(/<memory mode='interleave' nodeset='0'/u);
      expect(xml).toMatch(/<virtainer:pids limit='77'\/>/u);
      expect(await domain.getMemoryParameters()).toEqual({
        hard_limit: 40_960,
        soft_limit: 30_000,
        swap_hard_limit: 50_000,
      });
    });

    test('go again with the number that means unlimited', async () => {
      const domain = await defined();
      await domain.setMemoryParameters({ hard_limit: 40_960, soft_limit: 30_000 });
      await domain.setMemoryParameters({ hard_limit: MEMORY_UNLIMITED, soft_limit: MEMORY_UNLIMITED });
      expect(await domain.getXMLDesc()).not.toContain('<memtune>');
    });

    test('of memory stay below the most that the domain can be given', async () => {
      const domain = await defined();
      await expectCode(domain.setMemory(DEFINED_KIB + 1), 'INVALID_ARG');
      await domain.setMaxMemory(2 * DEFINED_KIB);
      await domain.setMemory(DEFINED_KIB + 1);
      expect(await domain.getInfo()).toMatchObject({
        maxMemoryKiB: 2 * DEFINED_KIB,
        memoryKiB: DEFINED_KIB + 1,
      });
      await domain.setMemory(1000, { maximum: true });
      expect(await domain.getInfo()).toMatchObject({ maxMemoryKiB: 1000, memoryKiB: 1000 });
    });
  });

  describe('limits of a running domain', () => {
    test('are those in force: the memory that it has, without swap', async () => {
      const domain = await suite.started();
      expect(await domain.getMemoryParameters()).toMatchObject({
        hard_limit: DEFINED_KIB,
        soft_limit: MEMORY_UNLIMITED,
      });
      expect(await domain.getSchedulerParameters()).toMatchObject({ cpu_shares: 1024, vcpu_quota: -1 });
      expect(await domain.getPidsLimit()).toBe(512);
    });

    test('change at once, and only for this run', async () => {
      const domain = await suite.started();
      await domain.setMemoryParameters({ hard_limit: 40_960 });
      await domain.setSchedulerParameters({ cpu_shares: 2048, vcpu_period: 50_000, vcpu_quota: 25_000 });
      await domain.setPidsLimit(50);
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 40_960 });
      expect(await domain.getSchedulerParameters()).toEqual({
        cpu_shares: 2048,
        vcpu_period: 50_000,
        vcpu_quota: 25_000,
      });
      expect(await domain.getPidsLimit({ live: true })).toBe(50);
      expect(await domain.getXMLDesc()).toContain('<shares>2048</shares>');
      expect(await domain.getXMLDesc({ inactive: true })).not.toContain('<shares>');
      expect(await domain.getPidsLimit({ config: true })).toBe(512);
      await domain.destroy();
      await domain.create();
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: DEFINED_KIB });
      expect(await domain.getPidsLimit()).toBe(512);
    });

    test('stay as they are when only the stored definition changes, until the next start', async () => {
      const domain = await suite.started();
      await domain.setMemoryParameters({ hard_limit: 40_960 }, { config: true });
      await domain.setMemory(50_000, { config: true });
      await domain.setPidsLimit('unlimited', { config: true });
      expect(await domain.getMemoryParameters({ live: true })).toMatchObject({ hard_limit: DEFINED_KIB });
      expect(await domain.getMemoryParameters({ config: true })).toMatchObject({ hard_limit: 50_000 });
      expect(await domain.getPidsLimit()).toBe(512);
      await domain.destroy();
      await domain.create();
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 50_000 });
      expect(await domain.getPidsLimit()).toBe('unlimited');
    });

    test('change in both definitions at once', async () => {
      const domain = await suite.started();
      const both = { live: true, config: true };
      await domain.setSchedulerParameters({ cpu_shares: 512 }, both);
      await domain.setMemory(40_000, both);
      for (const scope of [{ live: true }, { config: true }])
        expect(await domain.getSchedulerParameters(scope)).toMatchObject({ cpu_shares: 512 });
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 40_000 });
      expect(await domain.getXMLDesc({ inactive: true })).toContain(
        "<currentMemory unit='KiB'>40000</currentMemory>",
      );
    });

    test('of memory follow setMemory(), also when there is a hard limit', async () => {
      const domain = await suite.started();
      await domain.setMemory(40_960);
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 40_960 });
      await domain.setMemoryParameters({ hard_limit: 50_000 });
      await domain.setMemory(45_000);
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 45_000 });
      await domain.setMemory(DEFINED_KIB);
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: DEFINED_KIB });
    });

    test('can be raised and lowered with swap above them, in any order', async () => {
      const domain = await suite.started();
      await domain.setMemoryParameters({ hard_limit: 80_000, swap_hard_limit: 90_000 });
      await domain.setMemoryParameters({ hard_limit: 30_000, swap_hard_limit: 30_000 });
      await domain.setMemoryParameters({ hard_limit: 200_000, swap_hard_limit: 300_000 });
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 200_000 });
    });
  });

  describe('limits that are refused leave the old ones', () => {
    test('in both definitions', async () => {
      const domain = await suite.started();
      await domain.setMemoryParameters({ hard_limit: 40_960, swap_hard_limit: 50_000 });
      const both = { live: true, config: true };
      const read = async (): Promise<unknown> => [
        await domain.getMemoryParameters({ live: true }),
        await domain.getSchedulerParameters({ live: true }),
        await domain.getPidsLimit({ live: true }),
        await domain.getXMLDesc(),
        await domain.getXMLDesc({ inactive: true }),
      ];
      const before = await read();
      await expectCode(domain.setMemory(DEFINED_KIB + 1, both), 'INVALID_ARG');
      await expectCode(domain.setMemory(0, both), 'INVALID_ARG');
      await expectCode(domain.setMemory(1.5, both), 'INVALID_ARG');
      await expectCode(
        domain.setMemoryParameters({ hard_limit: 60_000, swap_hard_limit: 50_000 }, both),
        'INVALID_ARG',
      );
      // One that stands already counts too.
      await expectCode(domain.setMemoryParameters({ hard_limit: 50_001 }), 'INVALID_ARG');
      await expectCode(domain.setMemoryParameters({ soft_limit: -1 }, both), 'INVALID_ARG');
      await expectCode(
        domain.setSchedulerParameters({ cpu_shares: 2048, vcpu_period: 999 }, both),
        'INVALID_ARG',
      );
      await expectCode(domain.setSchedulerParameters({ cpu_shares: 1 }, both), 'INVALID_ARG');
      await expectCode(domain.setSchedulerParameters({ vcpu_quota: 999 }, both), 'INVALID_ARG');
      await expectCode(domain.setBlkioParameters({ weight: 10_001 }, both), 'INVALID_ARG');
      await expectCode(domain.setBlkioParameters({ device_weight: '/dev/sda' }, both), 'INVALID_ARG');
      await expectCode(domain.setNumaParameters({ numa_nodeset: 'x' }, both), 'INVALID_ARG');
      await expectCode(domain.setPidsLimit(0, both), 'INVALID_ARG');
      await expectCode(domain.setPidsLimit(2 ** 22 + 1, both), 'INVALID_ARG');
      expect(await read()).toEqual(before);
    });

    test('when memory and swap together would be less than the memory', async () => {
      const [off, domain] = [await defined(), await suite.started()];
      for (const each of [off, domain]) {
        await expectCode(each.setMemoryParameters({ swap_hard_limit: DEFINED_KIB - 1 }), 'INVALID_ARG');
        await each.setMemory(40_000);
        await each.setMemoryParameters({ swap_hard_limit: 50_000 });
        await expectCode(each.setMemory(50_001), 'INVALID_ARG');
        await each.setMemoryParameters({ swap_hard_limit: MEMORY_UNLIMITED });
        await each.setMemory(DEFINED_KIB);
        await each.setMemoryParameters({ hard_limit: 40_000, swap_hard_limit: 50_000 });
        await expectCode(each.setMemoryParameters({ hard_limit: MEMORY_UNLIMITED }), 'INVALID_ARG');
        expect(await each.getMemoryParameters()).toMatchObject({ hard_limit: 40_000 });
      }
    });

    test('when a mode of nodes has no nodes', async () => {
      const domain = await defined();
      await expectCode(domain.setNumaParameters({ numa_mode: 'interleave' }), 'INVALID_ARG');
      await expectCode(domain.setNumaParameters({ numa_mode: 'preferred', numa_nodeset: '' }), 'INVALID_ARG');
      await domain.setNumaParameters(await domain.getNumaParameters());
      expect(await domain.getXMLDesc()).not.toContain('<numatune>');
    });

    test('when the container uses more than it is to have', async () => {
      const domain = await suite.started();
      await expectCode(domain.setMemory(4, { live: true, config: true }), 'OPERATION_FAILED');
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: DEFINED_KIB });
      expect(await domain.getXMLDesc()).toContain(`<currentMemory unit='KiB'>${DEFINED_KIB}</currentMemory>`);
      expect(await domain.getXMLDesc({ inactive: true })).toContain(
        `<currentMemory unit='KiB'>${DEFINED_KIB}</currentMemory>`,
      );
    });

    test('when a parameter does not exist', async () => {
      const domain = await suite.started();
      const unknown: Readonly<Record<string, number>> = { min_guarantee: 5 };
      await expectCode(domain.setMemoryParameters(unknown), 'INVALID_ARG');
      await expectCode(domain.setSchedulerParameters(unknown), 'INVALID_ARG');
      await expectCode(domain.setBlkioParameters(unknown), 'INVALID_ARG');
      await expectCode(domain.setNumaParameters(unknown), 'INVALID_ARG');
    });
  });

  describe('limits that can not be changed', () => {
    test('the max memory and the mode of nodes of a running domain: OPERATION_INVALID', async () => {
      const domain = await suite.started();
      await expectCode(domain.setMaxMemory(2 * DEFINED_KIB), 'OPERATION_INVALID');
      await expectCode(domain.setNumaParameters({ numa_mode: 'preferred' }), 'OPERATION_INVALID');
      await domain.setMemory(2 * DEFINED_KIB, { maximum: true, config: true });
      expect(await domain.getMaxMemory()).toBe(DEFINED_KIB);
    });

    test('of a definition that does not exist: OPERATION_INVALID', async () => {
      const off = await defined();
      const transient = await suite.connection().createDomain(suite.fresh());
      for (const [domain, scope] of [
        [off, { live: true }],
        [transient, { config: true }],
      ] as const) {
        await expectCode(domain.setMemory(40_000, scope), 'OPERATION_INVALID');
        await expectCode(domain.setMemoryParameters({ hard_limit: 40_000 }, scope), 'OPERATION_INVALID');
        await expectCode(domain.getMemoryParameters(scope), 'OPERATION_INVALID');
        await expectCode(domain.setSchedulerParameters({ cpu_shares: 2 }, scope), 'OPERATION_INVALID');
        await expectCode(domain.getSchedulerParameters(scope), 'OPERATION_INVALID');
        await expectCode(domain.setBlkioParameters({ weight: 500 }, scope), 'OPERATION_INVALID');
        await expectCode(domain.setNumaParameters({ numa_nodeset: '0' }, scope), 'OPERATION_INVALID');
        await expectCode(domain.setPidsLimit(5, scope), 'OPERATION_INVALID');
        await expectCode(domain.getPidsLimit(scope), 'OPERATION_INVALID');
      }
    });

    test('of two definitions at once, in a reading: INVALID_ARG', async () => {
      const domain = await suite.started();
      const both = { live: true, config: true };
      await expectCode(domain.getMemoryParameters(both), 'INVALID_ARG');
      await expectCode(domain.getSchedulerParameters(both), 'INVALID_ARG');
      await expectCode(domain.getBlkioParameters(both), 'INVALID_ARG');
      await expectCode(domain.getNumaParameters(both), 'INVALID_ARG');
      await expectCode(domain.getPidsLimit(both), 'INVALID_ARG');
    });

    test('on a read-only connection: OPERATION_DENIED, but they can be read', async () => {
      await suite.started();
      await using connection = await suite.open({ readOnly: true });
      const [domain] = await connection.listAllDomains({ active: true });
      if (!domain) throw new Error('there is no domain');
      await expectCode(domain.setMemory(40_000), 'OPERATION_DENIED');
      await expectCode(domain.setMaxMemory(40_000), 'OPERATION_DENIED');
      await expectCode(domain.setMemoryParameters({ hard_limit: 40_000 }), 'OPERATION_DENIED');
      await expectCode(domain.setSchedulerParameters({ cpu_shares: 2 }), 'OPERATION_DENIED');
      await expectCode(domain.setBlkioParameters({ weight: 500 }), 'OPERATION_DENIED');
      await expectCode(domain.setNumaParameters({ numa_nodeset: '0' }), 'OPERATION_DENIED');
      await expectCode(domain.setPidsLimit(5), 'OPERATION_DENIED');
      expect(await domain.getSchedulerParameters()).toMatchObject({ cpu_shares: 1024 });
    });

    test('of a domain that is gone: NO_DOMAIN', async () => {
      const domain = await defined();
      await domain.undefine();
      await expectCode(domain.setMemory(40_000), 'NO_DOMAIN');
      await expectCode(domain.getMemoryParameters(), 'NO_DOMAIN');
      await expectCode(domain.getMaxMemory(), 'NO_DOMAIN');
      await expectCode(domain.getSchedulerType(), 'NO_DOMAIN');
      await expectCode(domain.getPidsLimit(), 'NO_DOMAIN');
    });
  });
}
