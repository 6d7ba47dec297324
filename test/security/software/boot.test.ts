/** An operating system: systemd as init, from its start to its end. */
import type { Domain } from '../../../lib/index.js';
import { DEBIAN_REASON, describeDebian, useDebian } from './debian-world.js';

/** Of the whole system, on a machine that has other things to do. */
const BOOT_TIMEOUT_MS = 60_000;

describeDebian(`a booted operating system${DEBIAN_REASON}`, () => {
  const debian = useDebian();
  let domain: Domain;
  const ask = async (...argv: string[]): Promise<string> => {
    const { stdout, stderr } = await domain.exec(argv, { timeoutMs: BOOT_TIMEOUT_MS });
    return [stdout, stderr].filter((text) => text !== '').join('\n');
  };
  beforeAll(async () => {
    domain = await debian().start({ init: ['/sbin/init'] });
  });

  test(
    'systemd reaches its default target, and no unit has failed',
    async () => {
      await waitForBus(domain);
      expect({
        state: await ask('systemctl', 'is-system-running', '--wait'),
        failed: await ask('systemctl', 'list-units', '--failed', '--plain', '--no-legend'),
        target: await ask('systemctl', 'is-active', 'multi-user.target'),
      }).toEqual({ state: 'running', failed: '', target: 'active' });
    },
    BOOT_TIMEOUT_MS * 2,
  );

  test('it is taken for what it is, and every wall is up', async () => {
    expect(await domain.getSecurityReport()).toMatchObject({ kind: 'booted', isolated: true, relaxed: [] });
  });

  test('it knows that it is in a container', async () => {
    expect(await ask('systemd-detect-virt', '--container')).toBe('lxc-libvirt');
  });

  test('services start, log and stop', async () => {
    const run = await ask('systemd-run', '--wait', '--pipe', '--quiet', 'sh', '-c', 'echo from-service');
    expect(run).toBe('from-service');
    await ask('systemd-run', '--quiet', '--unit=logged', '--wait', 'sh', '-c', 'echo to-the-journal');
    expect(await ask('journalctl', '--unit=logged', '--output=cat')).toContain('to-the-journal');
  });

  test('shutdown() lets it end by itself', async () => {
    const before = performance.now();
    await domain.shutdown({ timeoutMs: BOOT_TIMEOUT_MS });
    // A container that is killed after the timeout has not ended by itself.
    expect(performance.now() - before).toBeLessThan(BOOT_TIMEOUT_MS / 2);
    expect(await debian().connection.listAllDomains()).toEqual([]);
  }, 90_000);
});

/** Until systemd answers there is nothing to ask; that may take seconds. */
async function waitForBus(domain: Domain): Promise<void> {
  const { exitCode } = await domain.exec(
    ['sh', '-c', 'until [ -S /run/systemd/private ]; do sleep 0.1; done'],
    { timeoutMs: BOOT_TIMEOUT_MS },
  );
  expect(exitCode).toBe(0);
}
