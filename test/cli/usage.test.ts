import type { DomainStats } from '../../lib/index.js';
import { formatUsage } from '../../lib/cli/usage-table.js';
import { watchUsage } from '../../lib/cli/usage.js';

describe('shares', () => {
  const reading = (more: Partial<DomainStats>): DomainStats => ({
    uuid: 'u',
    name: 'n',
    id: 1,
    state: 'running',
    reason: 'booted',
    at: new Date(0),
    monotonicNs: 0n,
    vcpus: 1,
    ...more,
  });
  const cpu = (cpuTimeNs: bigint): Pick<DomainStats, 'cpu'> => ({
    cpu: { cpuTimeNs, userTimeNs: 0n, systemTimeNs: 0n },
  });
  const percents = async (...readings: readonly DomainStats[]): Promise<(number | undefined)[]> => {
    const left = [...readings];
    const read = (): Promise<DomainStats[] | undefined> => {
      const next = left.shift();
      return Promise.resolve(next && [next]);
    };
    const found: (number | undefined)[] = [];
    const { signal } = new AbortController();
    for await (const [usage] of watchUsage({ read, intervalMs: 1, signal })) found.push(usage?.cpuPercent);
    return found;
  };

  test('two busy CPUs are 200 percent', async () => {
    expect(
      await percents(
        reading({ ...cpu(0n) }),
        reading({ ...cpu(2000n), monotonicNs: 1000n }),
        reading({ ...cpu(2500n), monotonicNs: 3000n }),
      ),
    ).toEqual([undefined, 200, 25]);
  });

  test('a new run, or a host that does not count, has none', async () => {
    expect(
      await percents(
        reading({ ...cpu(5000n) }),
        reading({ ...cpu(6000n), id: 2, monotonicNs: 1000n }),
        reading({ id: 2, monotonicNs: 2000n }),
      ),
    ).toEqual([undefined, undefined, undefined]);
  });

  test('what is not counted is a dash', () => {
    expect(formatUsage([reading({})], { quiet: true })).toBe(' n   -   -   -   -   -   -\n');
  });

  test('what a container says to itself is no traffic', () => {
    const traffic = {
      rxPackets: 0n,
      rxErrors: 0n,
      rxDropped: 0n,
      txPackets: 0n,
      txErrors: 0n,
      txDropped: 0n,
    };
    const interfaces = [
      { ...traffic, name: 'lo', rxBytes: 9000n, txBytes: 9000n },
      { ...traffic, name: 'eth0', rxBytes: 1024n, txBytes: 10n },
      { ...traffic, name: 'eth1', rxBytes: 1024n, txBytes: 0n },
    ];
    expect(formatUsage([reading({ interface: interfaces })], { quiet: true })).toContain('2.0KiB / 10B');
  });
});
