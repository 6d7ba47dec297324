import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main.js';
import { useSession, xmlOf, type Running } from './session.js';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/u) as unknown;

describe('verbs', () => {
  const cli = useSession();
  const text = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli.run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  test('a domain is defined from stdin, started, looked at, stopped and undefined', async () => {
    expect((await cli.runWith(xmlOf('web'), 'define', '-')).stdout).toBe("Domain 'web' defined from -\n");
    expect(await text('domstate', 'web')).toBe('shut off\n');
    expect(await text('start', 'web')).toBe("Domain 'web' started\n");
    expect(await text('domstate', 'web', '--reason')).toBe('running (booted)\n');
    expect(await text('suspend', 'web')).toBe("Domain 'web' suspended\n");
    expect(await text('domstate', '--reason', 'web')).toBe('paused (user)\n');
    expect(await text('resume', 'web')).toBe("Domain 'web' resumed\n");
    expect(await text('reboot', 'web', '--timeout', '1.5')).toBe("Domain 'web' has been rebooted\n");
    expect(await text('shutdown', 'web')).toBe("Domain 'web' has been shut down\n");
    expect(await text('autostart', 'web')).toBe("Domain 'web' marked as autostarted\n");
    expect(await text('autostart', 'web', '--disable')).toBe("Domain 'web' unmarked as autostarted\n");
    expect(await text('undefine', 'web')).toBe("Domain 'web' has been undefined\n");
    expect(await text('destroy', 'test')).toBe("Domain 'test' destroyed\n");
  });

  test('define and create read a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'virtainer-cli-'));
    try {
      const file = join(folder, 'web.xml');
      await writeFile(file, xmlOf('web'));
      expect(await text('create', file)).toBe(`Domain 'web' created from ${file}\n`);
      expect(await cli.json('domstate', 'web')).toMatchObject({ state: 'running' });
      await writeFile(file, xmlOf('other', '<unknown/>'));
      expect(await cli.run('define', file, '--validate')).toMatchObject({ code: 1, stdout: '' });
      expect(await cli.run('define', join(folder, 'none'))).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: cannot read '${join(folder, 'none')}': no such file or directory\n`,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('list prints the table of virsh', async () => {
    await cli.runWith(xmlOf('b'), 'define', '-');
    await cli.runWith(xmlOf('a-longer-name'), 'define', '-');
    expect(await text('list')).toBe(' Id   Name   State\n----------------------\n 1    test   running\n\n');
    expect(await text('list', '--all')).toBe(
      [
        ' Id   Name            State',
        '--------------------------------',
        ' 1    test            running',
        ' -    a-longer-name   shut off',
        ' -    b               shut off',
        '',
        '',
      ].join('\n'),
    );
    expect(await text('list', '--inactive', '--name')).toBe('a-longer-name\nb\n');
    expect(await text('list', '-q')).toBe(' 1   test   running\n');
    expect(await text('list', '--uuid')).toMatch(/^[0-9a-f-]{36}\n$/u);
    expect(await text('list', '--uuid', '--name')).toMatch(/^[0-9a-f-]{36} test\n$/u);
    await cli.run('destroy', 'test');
    expect(await text('list')).toBe(' Id   Name   State\n--------------------\n\n');
    expect(await text('list', '-q')).toBe('');
    expect(await cli.json('list')).toEqual({ domains: [] });
  });

  test('list --json has everything that is known without a definition', async () => {
    expect(await cli.json('list', '--all')).toEqual({
      domains: [
        {
          name: 'test',
          uuid: UUID,
          id: 1,
          state: 'running',
          reason: 'booted',
          persistent: true,
          autostart: false,
        },
      ],
    });
  });

  test('a domain goes by id, uuid or name, in this order', async () => {
    const { uuid } = (await cli.json('domstate', 'test')) as { uuid: string };
    expect(await cli.json('domstate', '1')).toMatchObject({ name: 'test' });
    expect(await cli.json('domstate', uuid.toUpperCase())).toMatchObject({ name: 'test' });
    await cli.runWith(xmlOf('1'), 'define', '-');
    await cli.runWith(xmlOf('99999999999999999999'), 'define', '-');
    expect(await cli.json('domstate', '1')).toMatchObject({ name: 'test' });
    expect(await cli.json('domstate', '99999999999999999999')).toMatchObject({ state: 'shutoff' });
    await cli.run('destroy', 'test');
    expect(await cli.json('domstate', '1')).toMatchObject({ name: '1' });
    expect(await cli.run('domstate', '7')).toMatchObject({
      code: 1,
      stderr: "error: No domain with matching name '7'\n",
    });
    expect(await cli.run('domstate', '')).toMatchObject({ code: 1 });
  });

  test('dominfo prints the fields of virsh', async () => {
    const fields = (await text('dominfo', 'test')).trimEnd().split('\n');
    expect(fields.map((line) => line.slice(0, 16))).toEqual(
      [
        'Id:',
        'Name:',
        'UUID:',
        'OS Type:',
        'State:',
        'CPU(s):',
        'CPU time:',
        'Max memory:',
        'Used memory:',
        'Persistent:',
        'Autostart:',
        'Managed save:',
      ].map((key) => key.padEnd(16)),
    );
    expect(fields).toContain('Max memory:     2097152 KiB');
    await cli.run('destroy', 'test');
    expect(await text('dominfo', 'test')).toMatch(/^Id: {13}-\n/u);
  });

  test('counters are decimal strings in JSON', async () => {
    expect(await cli.json('dominfo', 'test')).toMatchObject({
      cpuTimeNs: expect.stringMatching(/^\d+$/u) as unknown,
      memoryKiB: expect.any(Number) as unknown,
    });
  });

  test('dumpxml prints XML, and with --json also the definition', async () => {
    expect(await text('dumpxml', 'test', '--security-info')).toMatch(
      /^<domain type='lxc' id='1'>\n[^]*<\/domain>\n$/u,
    );
    expect(await text('dumpxml', 'test', '--inactive')).toMatch(/^<domain type='lxc'>\n/u);
    expect(await cli.json('dumpxml', 'test')).toMatchObject({
      name: 'test',
      xml: expect.stringContaining('<domain') as unknown,
      definition: { name: 'test', os: { type: 'exe' } },
    });
  });

  test('capabilities, uri and version', async () => {
    expect(await text('capabilities')).toMatch(/^<capabilities>/u);
    expect(await cli.json('capabilities')).toMatchObject({ host: { arch: 'x86_64' } });
    expect(await text('uri')).toBe('test:///default\n');
    expect(await text('version')).toMatch(
      /^Using library: virtainer \d+\.\d+\.\d+\nUsing API: TEST .*\nRunning hypervisor: TEST .*\n$/u,
    );
    expect(await text('--version')).toMatch(/^\d+\.\d+\.\d+\n$/u);
    expect(await text('list', '-v')).toBe(await text('-v'));
    expect(await cli.json('--version')).toEqual({ version: (await text('-v')).trimEnd() });
  });

  test('--quiet leaves out confirmations, and nothing else', async () => {
    expect(await text('-q', 'suspend', 'test')).toBe('');
    expect(await text('domstate', 'test', '--quiet')).toBe('paused\n');
    expect(await cli.run('-q', 'start', 'test')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: /u) as unknown,
    });
  });

  test('global options stand before or behind the verb', async () => {
    expect(await text('--json', 'uri')).toBe(await text('uri', '--json'));
    const uris: (string | undefined)[] = [];
    const { connection } = cli;
    const { stdin, stdout, stderr, signals } = cli.start(['uri']);
    const checkHost = () => Promise.reject(new Error('nobody asks'));
    const open = (uri?: string) => {
      uris.push(uri);
      return Promise.resolve(connection);
    };
    for (const argv of [['-c', 'a:///', 'uri'], ['uri', '--connect=b:///'], ['uri']]) {
      expect(await main(argv, { stdin, stdout, stderr, signals, open, checkHost })).toBe(0);
    }
    expect(uris).toEqual(['a:///', 'b:///', undefined]);
  });
});

/** Makes every write to stdout fail. */
function breakStdout(code: string): (running: Running) => void {
  return ({ stdout }) => {
    stdout._write = (_chunk, _encoding, done) => {
      done(Object.assign(new Error(`write ${code}`), { code }));
    };
  };
}

describe('errors', () => {
  const cli = useSession();

  test('go to stderr as text with a hint', async () => {
    expect(await cli.run('start')).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: start: NAME is missing\nhint: see 'virtainer help start'\n",
    });
    expect(await cli.run('frobnicate')).toMatchObject({
      code: 1,
      stderr: "error: unknown command: 'frobnicate'\nhint: see 'virtainer help'\n",
    });
    expect(await cli.run()).toMatchObject({ code: 1, stdout: '' });
    expect(await cli.run('--frobnicate', 'list')).toMatchObject({ code: 1, stdout: '' });
    expect(await cli.run('help', 'frobnicate')).toMatchObject({ code: 1, stdout: '' });
  });

  test('go to stderr as one object with --json', async () => {
    const { code, stdout, stderr } = await cli.run('start', 'test', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'OPERATION_INVALID',
        codeNumber: 55,
        domain: 'TEST',
        message: expect.any(String) as unknown,
      },
    });
    const usage = await cli.run('--json', 'start');
    expect(JSON.parse(usage.stderr)).toEqual({
      error: {
        code: 'INVALID_ARG',
        codeNumber: 8,
        domain: 'NONE',
        message: 'start: NAME is missing',
        hint: "see 'virtainer help start'",
      },
    });
  });

  test.each([
    ['shutdown', 'test', '--timeout', 'soon'],
    ['shutdown', 'test', '--timeout', '-1'],
    ['events', '--since', '1.5'],
    ['console', 'test', '--dev', 'x'],
    ['console', 'test', '--dev', '7'],
  ])('%s %s %s %s fails', async (...argv) => {
    expect(await cli.run(...argv)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: /u) as unknown,
    });
  });

  test('stdout whose reader has gone is no error', async () => {
    const running = cli.start(['list'], breakStdout('EPIPE'));
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('stdout that is full is an error', async () => {
    const running = cli.start(['list'], breakStdout('ENOSPC'));
    expect(await running.ended).toMatchObject({ code: 1, stderr: 'error: write ENOSPC\n' });
  });

  test('label is red on a terminal', async () => {
    const running = cli.start(['start'], ({ stderr }) => {
      stderr.isTTY = true;
    });
    expect((await running.ended).stderr).toContain('start: NAME is missing');
  });
});
