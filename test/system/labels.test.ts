/**
 * Labels of real containers. These tests need a kernel that labels: they are run in the virtual machines with
 * SELinux enforcing, and with AppArmor; elsewhere they are skipped with that reason.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Domain } from '../../lib/index.js';
import { isRoot, useWorld } from './world.js';

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');
const hasSelinux = isRoot && read('/sys/fs/selinux/enforce') === '1';
const hasApparmor = isRoot && read('/sys/module/apparmor/parameters/enabled') === 'Y';
const where = (has: boolean): typeof describe => (has ? describe : describe.skip);
const titled = (title: string, has: boolean, needs: string): string =>
  has ? title : `${title} (skipped: needs ${needs})`;

async function shell(
  domain: Domain,
  script: string,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  return domain.exec(['/bin/sh', '-c', script], { reject: false });
}

where(hasSelinux)(titled('SELinux labels of containers', hasSelinux, 'a host with SELinux enforcing'), () => {
  const world = useWorld();
  const labelled = (): Promise<Domain> =>
    world().connection.createDomain(
      world().define({ definition: { seclabels: [{ type: 'dynamic', model: 'selinux' }] } }),
    );

  test('init, commands and the live definition have the same label, of a pair that nobody else has', async () => {
    const [one, other] = [await labelled(), await labelled()];
    const [label, otherLabel] = [await one.getSecurityLabel(), await other.getSecurityLabel()];
    expect(label).toMatchObject({
      enforcing: true,
      label: expect.stringMatching(/:s0:c\d+,c\d+$/u) as unknown,
    });
    expect(otherLabel?.label).not.toBe(label?.label);
    expect((await shell(one, 'cat /proc/self/attr/current')).stdout.replace(/\0/gu, '').trim()).toBe(
      label?.label,
    );
    expect(await one.getXMLDesc()).toContain(`<label>${label?.label}</label>`);
    await one.destroy();
    await other.destroy();
  });

  test('/dev and the terminals have the image label', async () => {
    const domain = await labelled();
    const image = /<imagelabel>(.*)<\/imagelabel>/u.exec(await domain.getXMLDesc())?.[1];
    expect(
      (await shell(domain, 'ls -dZ /dev /dev/pts')).stdout
        .split('\n')
        .filter((line) => line.includes(image ?? '?')),
    ).toHaveLength(2);
    await domain.destroy();
  });

  test('A-102: no folder of the host gets the label of a container', async () => {
    const label = 'system_u:system_r:container_t:s0:c900,c901';
    const definition = { seclabels: [{ type: 'static', model: 'selinux', label, relabel: true }] } as const;
    for (const source of ['/', '/usr', '/etc', '/home', '/var/lib']) {
      const changes = { definition, filesystems: [{ type: 'mount', source, target: '/mnt' }] } as const;
      const started = world().connection.createDomain(world().define(changes));
      await expect(started).rejects.toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    }
  });

  test('A-101: 1000 starts have 1000 different pairs, one after the other', async () => {
    for (let count = 0; count < 1000; count++) {
      const domain = await labelled();
      expect((await domain.getSecurityLabel())?.label).not.toMatch(/:c(\d+),c\1$/u);
      await domain.destroy();
    }
  }, 600_000);
});

where(hasApparmor)(titled('AppArmor labels of containers', hasApparmor, 'a host with AppArmor'), () => {
  const world = useWorld();
  const labelled = (): Promise<Domain> =>
    world().connection.createDomain(
      world().define({ definition: { seclabels: [{ type: 'dynamic', model: 'apparmor' }] } }),
    );
  const profiles = (): string => read('/sys/kernel/security/apparmor/profiles');

  test('a profile of its own is enforced on init and commands, and gone with the container', async () => {
    const domain = await labelled();
    const name = `virtainer-${domain.uuid}`;
    expect(await domain.getSecurityLabel()).toEqual({ label: name, enforcing: true });
    expect((await shell(domain, 'cat /proc/self/attr/current')).stdout.trim()).toBe(`${name} (enforce)`);
    expect(profiles()).toContain(`${name} (enforce)`);
    await domain.destroy();
    expect(profiles()).not.toContain(name);
  });

  test('A-103: there is no way into another profile', async () => {
    const domain = await labelled();
    for (const words of [
      'changeprofile unconfined',
      'exec unconfined',
      'stack unconfined',
      'changehat 1^x',
    ]) {
      const { exitCode } = await shell(domain, `printf '%s' '${words}' > /proc/self/attr/current`);
      expect(exitCode).not.toBe(0);
    }
    expect((await domain.getSecurityLabel())?.enforcing).toBe(true);
    await domain.destroy();
  });
});
