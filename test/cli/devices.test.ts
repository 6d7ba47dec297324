import { useSession, xmlOf } from './session.js';

const DISK = "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>";

describe('attach-device, detach-device and update-device', () => {
  const cli = useSession();
  const stored = async (name: string): Promise<string> =>
    (await cli.run('dumpxml', name, '--inactive')).stdout;

  test('change the definition of a domain that is off', async () => {
    await cli.runWith(xmlOf('web'), 'define', '-');
    const before = await stored('web');
    expect(await cli.runWith(DISK, 'attach-device', 'web', '-')).toEqual({
      code: 0,
      stdout: 'Device attached successfully\n',
      stderr: '',
    });
    const other = DISK.replace('sdb', 'sdc');
    expect((await cli.runWith(other, 'update-device', 'web', '-', '--current')).stdout).toBe(
      'Device updated successfully\n',
    );
    expect(await stored('web')).toContain("<source dev='/dev/sdc'/>");
    expect((await cli.runWith(DISK, 'detach-device', 'web', '-', '--persistent')).stdout).toBe(
      'Device detached successfully\n',
    );
    expect(await stored('web')).toBe(before);
  });

  test('--config leaves a running container alone', async () => {
    expect(await cli.runWith(DISK, 'attach-device', 'test', '-', '--config')).toMatchObject({ code: 0 });
    expect(await stored('test')).toContain('<disk');
    expect((await cli.run('dumpxml', 'test')).stdout).not.toContain('<disk');
  });

  test.each([[], ['--live'], ['--current'], ['--persistent'], ['--live', '--config']])(
    'fail for a running container with %j, and say what to do',
    async (...options) => {
      const { code, stdout, stderr } = await cli.runWith(DISK, 'attach-device', 'test', '-', ...options);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error: cannot attach <disk> target 'sda'.*\nhint: attach it with .*--config/u);
      expect(await stored('test')).not.toContain('<disk');
    },
  );

  test.each(['--live', '--config', '--persistent'])('refuse --current with %s', async (option) => {
    expect(await cli.runWith(DISK, 'attach-device', 'test', '-', '--current', option)).toMatchObject({
      code: 1,
      stderr: `error: --current and ${option} exclude each other\nhint: see 'virtainer help attach-device'\n`,
    });
  });

  test('--live fails for a domain that is off', async () => {
    await cli.runWith(xmlOf('web'), 'define', '-');
    expect((await cli.runWith(DISK, 'detach-device', 'web', '-', '--live')).stderr).toBe(
      'error: domain is not running\n',
    );
  });

  test('--validate refuses what libvirt does not know', async () => {
    const { stderr } = await cli.runWith(
      DISK.replace('<target', '<new/><target'),
      'attach-device',
      'test',
      '-',
      '--config',
      '--validate',
    );
    expect(stderr).toMatch(/^error: .*unexpected element <new>/u);
  });
});
