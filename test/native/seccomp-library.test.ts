/** The real libseccomp: found, refused, and compiled with. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { VirtError } from '../../lib/errors';
import { native } from '../../lib/lxc/native';
import { compileRules } from '../../lib/lxc/security/seccomp/compile';
import { findLibrary, libraryCandidates } from '../../lib/lxc/security/seccomp/library';
import { rulesOfProfile } from '../../lib/lxc/security/seccomp/oci';
import { verifyProgram } from '../../lib/lxc/security/seccomp/verify';
import { thrownBy } from '../thrown-by';
import { abi, describeReal, isRoot, library, rejection, support, useFolder } from './libseccomp';

// Not below the temporary folder: everybody can write there, and such a library is refused.
const HOME = '/root';
const at = useFolder(isRoot && existsSync(HOME) ? HOME : '/tmp', '.virtainer-seccomp-');

describeReal('libseccomp', () => {
  test('is there, with version and real path', () => {
    expect(support).toEqual({
      available: true,
      version: expect.stringMatching(/^2\.\d+\.\d+$/u) as string,
      path: expect.stringMatching(/^\/.*libseccomp\.so\.2/u) as string,
    });
    expect(statSync(library).isFile()).toBe(true);
  });

  function refusalOf(...candidates: string[]): string {
    const error = thrownBy(() => findLibrary(candidates));
    if (!(error instanceof VirtError)) throw new Error(`no VirtError: ${String(error)}`);
    expect(error).toMatchObject({ code: 'CONFIG_UNSUPPORTED', domain: 'SECURITY' });
    expect(error.hint).toContain("profile='unconfined'");
    return error.message;
  }

  test('is looked for in the places of this architecture only, by absolute path', () => {
    expect(libraryCandidates('arm64')[0]).toBe('/usr/lib/aarch64-linux-gnu/libseccomp.so.2');
    expect(libraryCandidates('x64').every((path) => path.startsWith('/'))).toBe(true);
    expect(refusalOf(at('none'), at('neither/none'))).toContain(`there is no libseccomp.so.2 in ${at('')}`);
  });

  test('is found behind links, by its real path; the first that exists is the one', () => {
    copyFileSync(library, at('lib.so'));
    symlinkSync('lib.so', at('link'));
    expect(findLibrary([at('none'), at('link'), library])).toEqual({
      path: at('lib.so'),
      version: support.version,
    });
  });

  test('that others can change is refused: file, folder, link to elsewhere', () => {
    copyFileSync(library, at('lib.so'));
    for (const mode of [0o664, 0o646, 0o666]) {
      chmodSync(at('lib.so'), mode);
      expect(refusalOf(at('lib.so'))).toContain('lib.so can be changed by others than root');
    }
    chmodSync(at('lib.so'), 0o644);
    chownSync(at('lib.so'), 1000, 0);
    expect(refusalOf(at('lib.so'))).toContain('lib.so can be changed by others than root');
    chownSync(at('lib.so'), 0, 0);
    chmodSync(at(''), 0o777);
    expect(refusalOf(at('lib.so'))).toContain(`${at('')} can be changed by others than root`);
    mkdirSync(at('inner'));
    linkSync(at('lib.so'), at('inner/lib.so'));
    expect(refusalOf(at('inner/lib.so'))).toContain(`${at('')} can be changed by others than root`);
    chmodSync(at(''), 0o700);
    symlinkSync('/tmp', at('elsewhere'));
    const strange = mkdtempSync('/tmp/virtainer-seccomp-');
    try {
      copyFileSync(library, join(strange, 'lib.so'));
      symlinkSync(join(strange, 'lib.so'), at('away'));
      expect(refusalOf(at('away'))).toContain('/tmp can be changed by others than root');
    } finally {
      rmSync(strange, { recursive: true });
    }
  });

  test('that is damaged is refused before it is loaded', () => {
    const size = statSync(library).size;
    for (const length of [0, 10, 63, 64, 100, 1000, Math.floor(size / 2)]) {
      copyFileSync(library, at('lib.so'));
      truncateSync(at('lib.so'), length);
      expect(refusalOf(at('lib.so'))).toMatch(/lib\.so is (?:no shared library|truncated)/u);
    }
    const bytes = readFileSync(library);
    bytes.writeUInt16LE(243, 18); // RISC-V
    writeFileSync(at('lib.so'), bytes);
    expect(refusalOf(at('lib.so'))).toContain(`is no shared library for ${process.arch}`);
    mkdirSync(at('folder.so'));
    expect(refusalOf(at('folder.so'))).toContain('is no file');
    writeFileSync(at('text'), 'x'.repeat(100));
    expect(refusalOf(at('text'))).toContain('is no shared library');
  });

  test('that is another library, or too old, is refused', () => {
    const compile = (name: string, source: string): boolean =>
      spawnSync('gcc', ['-shared', '-fPIC', '-o', at(name), '-x', 'c', '-'], { input: source }).status === 0;
    if (!compile('other.so', 'int nothing;')) return;
    expect(refusalOf(at('other.so'))).toMatch(/cannot load .*other\.so: .*seccomp_version/u);
    const names = ['init', 'release', 'attr_set', 'rule_add_exact_array', 'export_bpf'];
    const functions = names.map((name) => `int seccomp_${name}(void) { return 0; }`).join('\n');
    compile(
      'old.so',
      `static unsigned v[] = {2, 4, 9};\nvoid* seccomp_version(void) { return v; }\n${functions}`,
    );
    expect(refusalOf(at('old.so'))).toContain('old.so is libseccomp 2.4.9, at least 2.5 is needed');
  });

  test('the addon refuses relative paths and malformed rules', async () => {
    const addon = native();
    expect(thrownBy(() => addon.seccompVersion('libseccomp.so.2'))).toMatchObject({
      code: 'EINVAL',
      syscall: 'dlopen',
    });
    // Of another realm than jest's RangeError.
    const malformed = { name: 'RangeError', message: 'rules must be well-formed' };
    const compile = (...words: bigint[]) => addon.compileSeccomp(library, 0, 0, BigUint64Array.from(words));
    for (const words of [
      [1n],
      [1n, 2n],
      [1n, 2n, 1n],
      [1n << 31n, 0n, 0n],
      [0n, 1n << 32n, 0n],
      [0n, 0n, 7n],
    ]) {
      expect(thrownBy(() => compile(...words))).toMatchObject(malformed);
    }
    for (const comparison of [
      [6n, 1n],
      [0n, 0n],
      [0n, 8n],
    ]) {
      expect(thrownBy(() => compile(0n, 0x7fff0000n, 1n, ...comparison, 0n, 0n))).toMatchObject(malformed);
    }
    // Told twice about one argument, which libseccomp cannot.
    const twice = [0n, 0x7fff0000n, 2n, 0n, 1n, 1n, 0n, 0n, 1n, 2n, 0n];
    expect(await rejection(compile(...twice))).toMatchObject({ code: 'EINVAL', syscall: 'seccomp_rule_add' });
    expect(thrownBy(() => addon.compileSeccomp(library, 0, 0, new Uint8Array(8) as never))).toMatchObject({
      message: 'rules must be a BigUint64Array',
    });
    expect(thrownBy(() => addon.compileSeccomp(library, 0, 0, new BigUint64Array(65537)))).toMatchObject({
      message: 'rules must be at most 65536 words',
    });
  });

  test('compiles every action and comparison to a program that does what was decided', async () => {
    if (!abi) return;
    const calls = [...abi.numbers.keys()];
    const ops = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'];
    const values = [1n, 0x1234n, 0xffffffffn, 0x100000000n, 0x8000000000000001n];
    const entries = ops.flatMap((op, index) =>
      values.map((value, at) => {
        const name = calls[index * values.length + at] ?? '';
        const action = ['ALLOW', 'ERRNO', 'KILL_PROCESS', 'KILL_THREAD', 'TRAP', 'LOG'][at % 6] ?? '';
        const args = `[{"index":${at},"value":${value},"valueTwo":${value & 0xff00000001n},"op":"SCMP_CMP_${op}"}]`;
        return `{"names":["${name}"],"action":"SCMP_ACT_${action}","args":${args}}`;
      }),
    );
    for (const action of ['ERRNO', 'ALLOW', 'KILL_PROCESS', 'KILL', 'TRAP', 'LOG']) {
      const text = `{"defaultAction":"SCMP_ACT_${action}","syscalls":[${entries.join()}]}`;
      const filter = rulesOfProfile('/p', text, { abi, capabilities: [], kernel: '6.18' });
      await verifyProgram(filter, await compileRules(filter, library));
    }
  });
});
