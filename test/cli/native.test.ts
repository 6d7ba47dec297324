import { useSession, xmlOf } from './session.js';

const CONFIG = 'lxc.uts.name = web\nlxc.rootfs.path = /srv/web\nlxc.autodev = 1\nlxc.tty.max = 1\n';

describe('conversions', () => {
  const cli = useSession();

  test('domxml-from-native prints XML, and what it left behind on stderr', async () => {
    const { code, stdout, stderr } = await cli.runWith(CONFIG, 'domxml-from-native', 'lxc-tools', '-');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<domain type='lxc'>\n {2}<name>web<\/name>\n/u);
    expect(stderr).toBe('warning: line 3: lxc.autodev: a container always has a /dev of its own\n');
    const defined = await cli.runWith(stdout, 'define', '-');
    expect(defined).toMatchObject({ code: 0, stdout: "Domain 'web' defined from -\n" });
  });

  test('domxml-from-native --json has the lines in the answer', async () => {
    const { stdout, stderr } = await cli.runWith(CONFIG, 'domxml-from-native', 'lxc-tools', '-', '--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      xml: expect.stringContaining('<name>web</name>') as unknown,
      unmapped: [
        { key: 'lxc.autodev', value: '1', line: 3, reason: 'a container always has a /dev of its own' },
      ],
    });
  });

  test('domxml-to-native reads XML or a domain', async () => {
    const fromXml = await cli.runWith(xmlOf('web'), 'domxml-to-native', 'lxc-tools', '-');
    expect(fromXml).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^lxc\.uts\.name = web\n/u) as unknown,
    });
    const fromDomain = await cli.run('domxml-to-native', 'oci', '--domain', 'test');
    expect(fromDomain.code).toBe(0);
    expect(fromDomain.stderr).toContain('warning: <uuid>: no equivalent\n');
    expect(JSON.parse(fromDomain.stdout)).toMatchObject({ hostname: 'test' });
  });

  test.each([
    [['domxml-from-native', 'oci', '-'], "unsupported config type 'oci'"],
    [['domxml-to-native', 'qemu-argv', '-'], "unsupported config type 'qemu-argv'"],
    [['domxml-to-native', 'oci'], 'needs either FILE or --domain'],
    [['domxml-to-native', 'oci', '-', '--domain', 'test'], 'needs either FILE or --domain'],
    [['domxml-to-native', 'oci', '--domain', 'none'], "'none'"],
  ])('%j is refused', async (argv, message) => {
    const { code, stdout, stderr } = await cli.runWith('', ...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});
