/** Filters as callers get them: compiled by the real libseccomp, checked and kept. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { seccompFilter, type SeccompRequest } from '../../lib/lxc/security/seccomp';
import { decodeProgram, encodeProgram, OPCODE } from '../../lib/lxc/security/seccomp/bpf';
import { compileRules } from '../../lib/lxc/security/seccomp/compile';
import { builtInRules } from '../../lib/lxc/security/seccomp/profiles';
import { verifyProgram } from '../../lib/lxc/security/seccomp/verify';
import { abi, describeReal, library, rejection, useFolder } from './libseccomp';

const at = useFolder(tmpdir(), 'virtainer-seccomp-');

describeReal('a compiled program', () => {
  test('that was changed anywhere is no longer what was decided', async () => {
    if (!abi) return;
    const filter = builtInRules('generic', abi);
    const program = decodeProgram(await compileRules(filter, library));
    const targets = new Set(
      program.flatMap(({ code, jt, jf, k }, index) => {
        if (code === OPCODE.RETURN) return [];
        if (code === OPCODE.JUMP) return [index + 1 + k];
        return code === OPCODE.LOAD || code === OPCODE.AND ? [index + 1] : [index + 1 + jt, index + 1 + jf];
      }),
    );
    // Every verdict that a call can get, as somebody would change it who wants more. libseccomp leaves one unused.
    const returns = program.flatMap(({ code, k }, index) =>
      code === OPCODE.RETURN && k !== 0x7fff0000 && targets.has(index) ? [index] : [],
    );
    expect(returns.length).toBeGreaterThan(2);
    for (const changed of returns) {
      const bytes = encodeProgram(
        program.map((one, index) => (index === changed ? { ...one, k: 0x7fff0000 } : one)),
      );
      expect(await rejection(verifyProgram(filter, bytes))).toMatchObject({ code: 'INTERNAL_ERROR' });
    }
    expect(await rejection(verifyProgram(builtInRules('booted', abi), encodeProgram(program)))).toMatchObject(
      {
        code: 'INTERNAL_ERROR',
      },
    );
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(12), Buffer.alloc(8 * 4097)]) {
      expect(await rejection(verifyProgram(filter, bytes))).toMatchObject({ code: 'INTERNAL_ERROR' });
    }
  });
});

describeReal('seccompFilter()', () => {
  /** With a module of its own: the programs in memory are not there. */
  async function fresh(request: Partial<SeccompRequest>): Promise<Buffer> {
    let result: Promise<Buffer> | undefined;
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const module = require('../../lib/lxc/security/seccomp') as { seccompFilter: typeof seccompFilter };
      result = module.seccompFilter({
        profile: 'generic',
        capabilities: [],
        cacheFolder: at('cache'),
        ...request,
      });
    });
    if (!result) throw new Error('not loaded');
    return result;
  }
  const cached = (): string => join(at('cache'), readdirSync(at('cache'))[0] ?? '');

  test('gives each caller a copy, compiles once for many at a time, and keeps the program', async () => {
    const request: SeccompRequest = { profile: 'generic', capabilities: [], cacheFolder: at('cache') };
    const [one, other] = await Promise.all([seccompFilter(request), seccompFilter(request)]);
    expect(one.equals(other)).toBe(true);
    one.fill(0);
    expect((await seccompFilter(request)).equals(other)).toBe(true);
    expect((await fresh({})).equals(other)).toBe(true);
    expect((await fresh({ profile: 'chroot' })).equals(other)).toBe(true);
    expect(readdirSync(at('cache')).length).toBe(1);
    expect(statSync(cached()).mode & 0o777).toBe(0o600);
    expect((await fresh({ profile: 'booted' })).equals(other)).toBe(false);
    expect(readdirSync(at('cache')).length).toBe(2);
  });

  test('makes a damaged, foreign or replaced file of the cache anew', async () => {
    const right = await fresh({});
    const file = readFileSync(cached());
    const allowAll = encodeProgram([{ code: OPCODE.RETURN, jt: 0, jf: 0, k: 0x7fff0000 }]);
    const damages: Record<string, (path: string) => void> = {
      truncated: (path) => {
        truncateSync(path, file.length - 8);
      },
      empty: (path) => {
        truncateSync(path, 0);
      },
      'another program': (path) => {
        writeFileSync(path, Buffer.concat([file.subarray(0, 52), allowAll]));
      },
      'another format': (path) => {
        writeFileSync(path, Buffer.concat([Buffer.from('x'), file.subarray(1)]));
      },
      'one bit': (path) => {
        writeFileSync(
          path,
          file.map((byte, index) => (index === 500 ? byte ^ 1 : byte)),
        );
      },
      'read by others': (path) => {
        chmodSync(path, 0o644);
      },
      "somebody's": (path) => {
        chownSync(path, 1000, 1000);
      },
      'too large': (path) => {
        writeFileSync(path, Buffer.alloc(100_000));
      },
      'a link': (path) => {
        copyFileSync(path, at('copy'));
        rmSync(path);
        symlinkSync(at('copy'), path);
      },
      'a fifo': (path) => {
        rmSync(path);
        spawnSync('mkfifo', [path]);
      },
    };
    for (const [name, damage] of Object.entries(damages)) {
      damage(cached());
      expect([name, (await fresh({})).equals(right)]).toEqual([name, true]);
      expect([
        name,
        readFileSync(cached()).equals(file),
        statSync(cached()).mode & 0o777,
        statSync(cached()).uid,
      ]).toEqual([name, true, 0o600, 0]);
    }
  });

  test('a cache that cannot be written does not stop anything', async () => {
    writeFileSync(at('file'), '');
    expect((await fresh({ cacheFolder: at('file') })).length).toBeGreaterThan(1000);
  });

  const profile = (more: object = {}): string =>
    JSON.stringify({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }],
      ...more,
    });

  test('a file is a profile, and capabilities may decide', async () => {
    const entry = { names: ['mount'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } };
    writeFileSync(at('p.json'), profile({ syscalls: [entry] }), { mode: 0o600 });
    const without = await fresh({ profile: { file: at('p.json') } });
    const having = await fresh({ profile: { file: at('p.json') }, capabilities: ['sys_admin'] });
    expect(without.equals(having)).toBe(false);
  });

  test('a file that is not to be trusted, or cannot be read, is refused', async () => {
    const refuse = async (file: string) => rejection(fresh({ profile: { file } }));
    expect(await refuse('p.json')).toMatchObject({ code: 'INVALID_ARG' });
    expect(await refuse(at('none'))).toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'ENOENT',
      path: at('none'),
    });
    const write = (mode: number, uid = 0): void => {
      writeFileSync(at('p.json'), profile());
      chmodSync(at('p.json'), mode);
      chownSync(at('p.json'), uid, 0);
    };
    write(0o666);
    expect(await refuse(at('p.json'))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      hint: `chmod go-w ${at('p.json')}`,
    });
    write(0o644, 1000);
    expect(await refuse(at('p.json'))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: `seccomp profile ${at('p.json')}: it is not owned by root`,
    });
    write(0o644);
    symlinkSync('p.json', at('link'));
    expect(await refuse(at('link'))).toMatchObject({ code: 'SYSTEM_ERROR', errno: 'ELOOP' });
    spawnSync('mkfifo', [at('fifo')]);
    expect(await refuse(at('fifo'))).toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    expect(await refuse(at(''))).toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    truncateSync(at('p.json'), 2 ** 20 + 1);
    expect(await refuse(at('p.json'))).toMatchObject({
      message: `seccomp profile ${at('p.json')}: it is larger than 1048576 bytes`,
    });
  });

  test('a profile of more instructions than the kernel takes is refused', async () => {
    const entries = Array.from({ length: 5000 }, (_, value) => ({
      names: ['read'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value: value * 2 + 1, op: 'SCMP_CMP_EQ' }],
    }));
    writeFileSync(at('p.json'), profile({ syscalls: entries }));
    expect(await rejection(fresh({ profile: { file: at('p.json') } }))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: expect.stringContaining('the seccomp profile is too large') as string,
    });
  });
});
