import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GLOBAL_OPTIONS } from '../../lib/cli/arguments.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { formatMarkdown } from '../../lib/cli/help.js';
import { useSession, xmlOf } from './session.js';

/** A command line of each verb that succeeds while `test` runs; stdin has the XML of a domain `new`. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  define: ['define', '-'],
  undefine: ['undefine', 'test'],
  autostart: ['autostart', 'test'],
  'attach-device': ['attach-device', 'test', '-', '--config'],
  'detach-device': ['detach-device', 'test', '-', '--config'],
  'update-device': ['update-device', 'test', '-', '--config'],
  create: ['create', '-'],
  start: ['start', 'test'],
  shutdown: ['shutdown', 'test'],
  reboot: ['reboot', 'test'],
  destroy: ['destroy', 'test'],
  suspend: ['suspend', 'test'],
  resume: ['resume', 'test'],
  run: ['run', '--', 'true'],
  exec: ['exec', 'test', '--', 'true'],
  list: ['list'],
  dominfo: ['dominfo', 'test'],
  domstate: ['domstate', 'test'],
  memtune: ['memtune', 'test'],
  schedinfo: ['schedinfo', 'test'],
  blkiotune: ['blkiotune', 'test'],
  numatune: ['numatune', 'test'],
  pidstune: ['pidstune', 'test'],
  setmem: ['setmem', 'test', '1G'],
  setmaxmem: ['setmaxmem', 'test', '1G', '--config'],
  stats: ['stats', '--no-stream', '--interval', '0.01'],
  top: ['top', 'test'],
  domstats: ['domstats'],
  'cpu-stats': ['cpu-stats', 'test'],
  dommemstat: ['dommemstat', 'test'],
  domblkstat: ['domblkstat', 'test'],
  domifstat: ['domifstat', 'test', 'lo'],
  dumpxml: ['dumpxml', 'test'],
  edit: ['edit', 'test'],
  security: ['security', 'test'],
  'domxml-from-native': ['domxml-from-native', 'lxc-tools', '-'],
  'domxml-to-native': ['domxml-to-native', 'oci', '-'],
  capabilities: ['capabilities'],
  domcapabilities: ['domcapabilities'],
  doctor: ['doctor'],
  uri: ['uri'],
  version: ['version'],
  help: ['help'],
};
/** What has to be done before. */
const PREPARATIONS: Readonly<Record<string, readonly string[]>> = {
  start: ['destroy', 'test'],
  resume: ['suspend', 'test'],
};
/** What stdin has instead. */
const ROOT = "<filesystem><source dir='/'/><target dir='/'/></filesystem>";
const STDIN: Readonly<Record<string, string>> = {
  'domxml-from-native': 'lxc.uts.name = new\nlxc.rootfs.path = /srv/new\n',
  'attach-device': "<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>",
  'detach-device': ROOT,
  'update-device': ROOT,
};
/** Verbs that go on until told to stop, with tests of their own. */
const STREAMS = ['console', 'events'];
const NAMES = COMMANDS.map(({ name }) => name);

describe('every verb', () => {
  const cli = useSession();
  const { VISUAL } = process.env;
  beforeAll(() => {
    process.env.VISUAL = 'true';
  });
  afterAll(() => {
    if (VISUAL === undefined) delete process.env.VISUAL;
    else process.env.VISUAL = VISUAL;
  });

  test('has an example here', () => {
    expect([...Object.keys(EXAMPLES), ...STREAMS].sort()).toEqual([...NAMES].sort());
  });

  test.each(Object.entries(EXAMPLES))('%s --json prints one object in one line', async (name, argv) => {
    await cli.run(...(PREPARATIONS[name] ?? ['uri']));
    const separator = argv.indexOf('--');
    const line = separator === -1 ? [...argv, '--json'] : argv.toSpliced(separator, 0, '--json');
    const { code, stdout, stderr } = await cli.runWith(STDIN[name] ?? xmlOf('new'), ...line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\{.*\}\n$/u);
    expect(JSON.parse(stdout)).toBeInstanceOf(Object);
  });

  test.each(NAMES)('%s has help, by both ways', async (name) => {
    const [byVerb, byOption] = [await cli.run('help', name), await cli.run(name, '--help')];
    expect(byVerb).toEqual(byOption);
    expect(byVerb).toMatchObject({ code: 0, stderr: '' });
    expect(byVerb.stdout).toContain(`Usage: virtainer ${name}`);
    expect(await cli.json(name, '--help')).toEqual(await cli.json('help', name));
    expect(await cli.json('help', name)).toMatchObject({ name, options: expect.any(Array) as unknown });
  });

  test.each(NAMES)('%s refuses an unknown option', async (name) => {
    const code = COMMANDS.some((command) => command.name === name && command.runsCommand) ? 125 : 1;
    expect(await cli.run(name, '--no-such-option')).toMatchObject({ code, stdout: '' });
  });

  test.each(COMMANDS.filter(({ positionals }) => !positionals.at(-1)?.endsWith('...]')))(
    '$name refuses a surplus argument',
    async ({ name, runsCommand }) => {
      const code = runsCommand ? 125 : 1;
      const { stderr, ...rest } = await cli.run(name, 'a', 'b', 'c', ...(runsCommand ? ['--', 'true'] : []));
      expect(rest).toEqual({ code, stdout: '' });
      expect(stderr).toMatch(/^error: .*unexpected argument '[abc]'\nhint: /u);
    },
  );

  test('has options that do not clash with those of all verbs', () => {
    const globals = Object.entries(GLOBAL_OPTIONS).flatMap(([name, spec]) => [
      name,
      'short' in spec ? spec.short : '',
    ]);
    for (const { options } of COMMANDS) {
      const names = Object.entries(options).flatMap(([name, { short }]) => (short ? [name, short] : [name]));
      expect(names.filter((name) => globals.includes(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('is in docs/cli.md as the table says', () => {
    const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
    const written = /<!-- verbs -->\n<!-- prettier-ignore -->\n([^]*?)\n<!-- end -->/u.exec(docs)?.[1];
    expect(written).toBe(formatMarkdown(COMMANDS));
  });
});
