import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeAsRoot, SKIP_REASON } from '../system/world.js';
import { useProgram } from './child.js';
import { useSession, xmlOf } from './session.js';

/** Variables of the process for these tests. */
function useEnvironment(names: readonly string[]): (values: Readonly<Record<string, string>>) => void {
  const usual = names.map((name) => [name, process.env[name]] as const);
  const restore = (): void => {
    for (const [name, value] of usual) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  afterEach(restore);
  return (values) => {
    restore();
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, values);
  };
}

describe('edit', () => {
  const cli = useSession();
  const setEnvironment = useEnvironment(['VISUAL', 'EDITOR']);
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'virtainer-test-'));
    await cli.runWith(xmlOf('web'), 'define', '-');
  });
  afterEach(() => {
    if (existsSync(kept())) rmSync(dirname(kept()), { recursive: true });
    rmSync(folder, { recursive: true });
  });

  /** Makes a script the editor; `$1` is the file. */
  const setEditor = (script: string, variable = 'VISUAL'): void => {
    const path = join(folder, 'editor.sh');
    writeFileSync(path, `#!/bin/sh\necho "$1" > ${record()}\n${script}\n`, { mode: 0o700 });
    setEnvironment({ [variable]: path });
  };
  const stored = async (): Promise<string> => (await cli.run('dumpxml', '--inactive', 'web')).stdout;
  /** The file that the editor was given. */
  const kept = (): string => (existsSync(record()) ? readFileSync(record(), 'utf8').trim() : '');
  const record = (): string => join(folder, 'record');
  const expectNothingKept = (): void => {
    expect(kept()).toMatch(/virtainer-edit-/u);
    expect(existsSync(dirname(kept()))).toBe(false);
  };
  const DOUBLE = `sed -i 's/65536/131072/' "$1"`;

  test('defines what was changed, and leaves no file', async () => {
    const before = await stored();
    setEditor(DOUBLE);
    expect(await cli.run('edit', 'web')).toEqual({
      code: 0,
      stdout: "Domain 'web' XML configuration edited.\n",
      stderr: '',
    });
    expect(await stored()).toBe(before.replaceAll('65536', '131072'));
    expectNothingKept();
  });

  test('shows the stored definition of a running domain in a private file', async () => {
    await cli.run('start', 'web');
    setEditor(`cp "$1" ${folder}/seen; stat -c %a "$1" "$(dirname "$1")" > ${folder}/modes`);
    await cli.run('edit', 'web');
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe(await stored());
    expect(readFileSync(join(folder, 'modes'), 'utf8')).toBe('600\n700\n');
  });

  test('changes only the next start of a running domain', async () => {
    await cli.run('start', 'web');
    setEditor(DOUBLE);
    expect(await cli.run('edit', 'web')).toMatchObject({ code: 0 });
    expect(await stored()).toContain('131072');
    expect((await cli.run('dumpxml', 'web')).stdout).not.toContain('131072');
  });

  test('an unchanged text changes nothing', async () => {
    setEditor('touch "$1"');
    expect(await cli.run('edit', 'web')).toEqual({
      code: 0,
      stdout: "Domain 'web' XML configuration not changed.\n",
      stderr: '',
    });
    expectNothingKept();
  });

  test('--json tells whether it was changed', async () => {
    const { uuid } = await cli.connection.lookupDomainByName('web');
    setEditor('true');
    expect(await cli.json('edit', 'web')).toEqual({ name: 'web', uuid, changed: false });
    setEditor(DOUBLE);
    expect(await cli.json('edit', 'web')).toEqual({ name: 'web', uuid, changed: true });
  });

  test('VISUAL is asked before EDITOR, and may hold arguments', async () => {
    setEditor(DOUBLE);
    setEnvironment({ VISUAL: ' ', EDITOR: `env A=b ${folder}/editor.sh` });
    expect((await cli.run('edit', 'web')).stdout).toContain('edited');
    setEnvironment({ VISUAL: 'true', EDITOR: `${folder}/editor.sh` });
    expect((await cli.run('edit', 'web')).stdout).toContain('not changed');
  });

  test.each([
    ['broken XML', `echo '<domain' > "$1"`, 'XML_ERROR'],
    ['an unknown element', `sed -i 's/<os>/<unknown\\/><os>/' "$1"`, 'XML_INVALID_SCHEMA'],
    ['another name', `sed -i 's/>web</>other</' "$1"`, 'OPERATION_FAILED'],
    [
      'another uuid',
      `sed -i 's/<uuid>.*</<uuid>11111111-2222-3333-4444-555555555555</' "$1"`,
      'OPERATION_FAILED',
    ],
  ])('refuses %s, and says where the text is', async (_name, script, code) => {
    const before = await stored();
    setEditor(script);
    const { code: exitCode, stdout, stderr } = await cli.run('edit', 'web', '--json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    const { error } = JSON.parse(stderr) as { error: Record<string, string> };
    expect(error).toMatchObject({ code, path: kept() });
    expect(error.hint).toContain(`the edited text is in '${kept()}'`);
    expect(readFileSync(kept(), 'utf8')).not.toBe(before);
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    expect(await stored()).toBe(before);
  });

  test('--skip-validate ignores an unknown element', async () => {
    setEditor(`sed -i 's/<os>/<unknown\\/><os>/' "$1"`);
    expect(await cli.run('edit', 'web', '--skip-validate')).toMatchObject({ code: 0, stderr: '' });
    expect(await stored()).not.toContain('unknown');
    expectNothingKept();
  });

  test('does not undo what somebody else changed meanwhile', async () => {
    setEditor(`touch ${folder}/open; while [ -e ${folder}/open ]; do sleep 0.02; done; ${DOUBLE}`);
    const edit = cli.start(['edit', 'web']);
    while (!readdirSync(folder).includes('open')) await new Promise((resolve) => setTimeout(resolve, 10));
    const domain = await cli.connection.lookupDomainByName('web');
    await domain.setMetadata({ type: 'title', value: 'theirs', config: true });
    rmSync(join(folder, 'open'));
    const { code, stderr } = await edit.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("the XML configuration of domain 'web' was changed by another user");
    expect(readFileSync(kept(), 'utf8')).toContain('131072');
    expect(await stored()).toContain('<title>theirs</title>');
  });

  test.each([
    [`${DOUBLE}; exit 3`, 'exited with 3'],
    ['kill -KILL $$', 'exited with 137'],
  ])('an editor that fails changes nothing: %s', async (script, how) => {
    const before = await stored();
    setEditor(script);
    const { code, stdout, stderr } = await cli.run('edit', 'web');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(how);
    expectNothingKept();
    expect(await stored()).toBe(before);
  });

  test('a domain that is not there opens no editor', async () => {
    setEditor(`touch ${folder}/open`);
    expect(await cli.run('edit', 'nobody')).toMatchObject({ code: 1, stdout: '' });
    expect(readdirSync(folder)).not.toContain('open');
  });
});

describe('edit as a program', () => {
  const program = useProgram(() => 'test:///default');

  test('gives the editor its stdin and stdout, and with --json keeps stdout for the answer', async () => {
    const script = `export VISUAL='read line; echo "got $line"; true'; echo input | $V edit test`;
    expect(await program.shell(script)).toMatchObject({
      code: 0,
      stdout: "got input\nDomain 'test' XML configuration not changed.\n",
      stderr: '',
    });
    const { code, stdout, stderr } = await program.shell(`${script} --json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'got input\n' });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'test', changed: false });
  });

  test('a signal to it ends the editor, and nothing is left', async () => {
    const script = `export VISUAL='echo; echo $$; kill $PPID; exec sleep 1000; true'; $V edit test`;
    const { code, stderr } = await program.shell(script);
    expect(code).toBe(1);
    expect(stderr).toContain('was ended by SIGTERM: nothing is changed');
  });

  test('a read-only connection refuses before the editor opens', async () => {
    const { code, stdout, stderr } = await program.shell(`VISUAL='echo opened; true' $V -r edit test`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*read.?only/u);
  });
});

describeAsRoot(`edit of a stored file${SKIP_REASON}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'virtainer-test-'));
  const program = useProgram(() => `lxc:///embed?root=${folder}`);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('changes what the next program reads', async () => {
    const xml = xmlOf('web');
    expect(await program.run(['define', '-'], xml)).toMatchObject({ code: 0 });
    const script = `export VISUAL="sed -i s/65536/131072/"; $V edit web && $V dominfo web --json`;
    const { code, stdout, stderr } = await program.shell(script);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Domain 'web' XML configuration edited\.\n.*"maxMemoryKiB":131072/u);
  });
});
