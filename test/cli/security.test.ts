/** `security` and `doctor`: what people and programs read of isolation. */
import { main } from '../../lib/cli/main.js';
import type { HostReport } from '../../lib/index.js';
import { Running, useSession, xmlOf } from './session.js';

const RELAXED = xmlOf('web').replace(
  '</name>',
  `</name><metadata><virtainer:domain xmlns:virtainer='urn:virtainer:domain:1'>
    <virtainer:seccomp profile='unconfined'/></virtainer:domain></metadata>`,
);

describe('security', () => {
  const cli = useSession();

  test('prints every wall, and nothing more when nothing is relaxed', async () => {
    const { code, stdout } = await cli.run('security', 'test');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Kind: generic, running\n\n Protection +Isolated +State\n-+\n/u);
    expect(stdout).toMatch(/^ user namespace +yes +ids of its own/mu);
    expect(stdout).toMatch(/^ network namespace +yes +its own$/mu);
    expect(stdout).toMatch(/^ label +NO +decided at the start: /mu);
    expect(stdout.match(/ NO /gu)).toHaveLength(1);
    expect(stdout).not.toContain('Weaker');
  });

  test('names the element that makes a domain weaker, and what comes of it', async () => {
    await cli.runWith(RELAXED, 'define', '-');
    const { stdout } = await cli.run('security', 'web');
    expect(stdout).toMatch(/^Kind: generic, at the next start\n/u);
    expect(stdout).toMatch(/^ system calls +NO +unconfined$/mu);
    expect(stdout).toMatch(/^ <virtainer:seccomp profile='unconfined'> +it can make every system call$/mu);
  });

  test('--json has the whole report', async () => {
    await cli.runWith(RELAXED, 'define', '-');
    expect(await cli.json('security', 'web')).toMatchObject({
      name: 'web',
      id: null,
      active: false,
      kind: 'generic',
      isolated: false,
      protections: { seccomp: { isolated: false, profile: 'unconfined' } },
      relaxed: [{ protection: 'seccomp', element: "<virtainer:seccomp profile='unconfined'>" }],
    });
  });
});

const BAD_HOST: HostReport = {
  ok: false,
  checks: [
    { name: 'root', ok: true, level: 'required', found: 'user 0' },
    { name: 'libseccomp', ok: false, level: 'required', found: 'none', hint: 'install it' },
    { name: 'security-module', ok: false, level: 'recommended', found: 'none', hint: 'switch one on' },
    { name: 'id-ranges', ok: false, level: 'optional', found: 'the default range', hint: 'add a line' },
  ],
};

describe('doctor', () => {
  const cli = useSession();
  const run = async (report: HostReport, ...argv: string[]) => {
    const folders: (string | undefined)[] = [];
    const streams = new Running(() => Promise.resolve(cli.connection), ['uri']);
    await streams.ended;
    const { stdin, stdout, stderr, signals } = streams;
    let text = '';
    const open = () => Promise.reject(new Error('the doctor needs no connection'));
    const checkHost = (options: { readonly folder?: string } = {}) => {
      folders.push(options.folder);
      return Promise.resolve(report);
    };
    stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const code = await main(['doctor', ...argv], { stdin, stdout, stderr, signals, open, checkHost });
    return { code, text, folders };
  };

  test('says what is wrong, how bad that is and how to mend it, and fails', async () => {
    const { code, text } = await run(BAD_HOST);
    expect(code).toBe(1);
    expect(text).toMatch(/^ root +ok +user 0$/mu);
    expect(text).toMatch(/^ libseccomp +FAIL +none$/mu);
    expect(text).toMatch(/^ security-module +warn +none$/mu);
    expect(text).toMatch(/^ id-ranges +note +the default range$/mu);
    expect(text).toContain('\nlibseccomp: install it\n');
    expect(text).toMatch(/\nContainers can not start on this host\.\n$/u);
  });

  test('succeeds when only what is recommended is missing', async () => {
    const { code, text } = await run({ ok: true, checks: BAD_HOST.checks.toSpliced(1, 1) });
    expect(code).toBe(0);
    expect(text).toMatch(/\nContainers can start on this host\.\n$/u);
  });

  test('--json prints the report, with the same exit code; --folder is looked at', async () => {
    const { code, text, folders } = await run(BAD_HOST, '--json', '--folder', '/srv');
    expect({ code, folders }).toEqual({ code: 1, folders: ['/srv'] });
    expect(JSON.parse(text)).toEqual(BAD_HOST);
  });
});
