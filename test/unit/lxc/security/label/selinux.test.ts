/** SELinux labels: contexts, pairs of categories, and what a `<seclabel>` makes of them. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import type { DynamicSeclabel, StaticSeclabel } from '../../../../../lib/definition/domain/index.js';
import { openRegistry } from '../../../../../lib/lxc/security/label/registry.js';
import {
  formatContext,
  parseContext,
  parseRange,
} from '../../../../../lib/lxc/security/label/selinux/context.js';
import { claimPair, pairOf, reservePair } from '../../../../../lib/lxc/security/label/selinux/mcs.js';
import { kernelSelinux } from '../../../../../lib/lxc/security/label/selinux/kernel.js';
import { forgetPair, makeSelinuxLabel } from '../../../../../lib/lxc/security/label/selinux/selinux.js';
import type { HeldLock, Locks } from '../../../../../lib/lxc/store/lock.js';
import { failureOf } from '../../../definition/failure.js';
import { useHosts } from '../../host/fake-host.js';
import { SELINUX, useLabelHosts } from './fake-label-host.js';

const dynamic = (baselabel?: string): DynamicSeclabel => ({
  type: 'dynamic',
  model: 'selinux',
  ...(baselabel === undefined ? {} : { baselabel }),
});
const fixed = (label: string): StaticSeclabel => ({ type: 'static', model: 'selinux', label });
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_none, index) => from + index);

/** Locks in memory, for more of them than a process may have open. */
function memoryLocks(): { readonly locks: Locks; readonly held: Set<string> } {
  const held = new Set<string>();
  const tryAcquire = (name: string): HeldLock | undefined => {
    if (held.has(name)) return undefined;
    held.add(name);
    const release = (): void => void held.delete(name);
    return { fd: -1, release, remove: release };
  };
  return { locks: { tryAcquire } as unknown as Locks, held };
}

describe('SELinux contexts', () => {
  test.each(['u:r:t', 'u:r:t:s0', 'system_u:system_r:t_t:s0-s15:c0.c1023', 'u:r:t:s0:c1,c2'])(
    '%s',
    (text) => {
      const context = parseContext(text);
      expect(context && formatContext(context)).toBe(text);
    },
  );

  test.each(['', 'u', 'u:r', 'u:r:', ':r:t', 'u:r:t:', 'u r:r:t', 'u:r:t:s0\n', 'u:r:t:s0\0x', '../u:r:t'])(
    '%j is none',
    (text) => {
      expect(parseContext(text)).toBeUndefined();
    },
  );

  test.each([
    ['s0', { sensitivity: 's0', categories: [] }],
    ['s0-s0:c0.c3', { sensitivity: 's0', categories: [0, 1, 2, 3] }],
    ['s1-s15:c7,c3.c4', { sensitivity: 's1', categories: [3, 4, 7] }],
    ['s0:c5', { sensitivity: 's0', categories: [5] }],
    ['s0:c5.c4', undefined],
    ['s0:c1-s0:c2-s0', undefined],
    ['c1,c2', undefined],
    ['s0:c1,x', undefined],
  ])('range %s', (text, expected) => {
    expect(parseRange(text)).toEqual(expected);
  });
});

describe('a pair of categories', () => {
  const clearance = { sensitivity: 's0', categories: range(0, 1023) };

  test('ten thousand are all different, sorted, and never of equal categories', () => {
    const { locks, held } = memoryLocks();
    for (let count = 0; count < 10_000; count++) {
      const [, low, high] = /^s0:c(\d+),c(\d+)$/u.exec(reservePair(locks, clearance).range) ?? [];
      expect(Number(low)).toBeLessThan(Number(high));
      expect(Number(high)).toBeLessThan(1024);
    }
    expect(held.size).toBe(10_000);
  });

  test('every pair of the categories is given once, from wherever it begins, and then none', () => {
    for (const start of [0, 13, 27]) {
      const { locks, held } = memoryLocks();
      const eight = { sensitivity: 's3', categories: [1, 2, 3, 5, 8, 13, 21, 34] };
      for (let count = 0; count < 28; count++) reservePair(locks, eight, () => start);
      expect(held.size).toBe(28);
      expect(failureOf(() => reservePair(locks, eight)).code).toBe('RESOURCE_BUSY');
    }
  });

  test('the first and the last pair are those of the ends', () => {
    const first = reservePair(memoryLocks().locks, clearance, () => 0);
    const last = reservePair(memoryLocks().locks, clearance, (below) => below - 1);
    expect([first.range, last.range]).toEqual(['s0:c0,c1', 's0:c1022,c1023']);
  });

  test('is not made of fewer than eight categories', () => {
    const seven = { sensitivity: 's0', categories: range(1, 7) };
    expect(failureOf(() => reservePair(memoryLocks().locks, seven))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      hint: expect.stringContaining('s0:c0.c1023') as unknown,
    });
  });

  test('pairOf() knows what is one pair', () => {
    expect(pairOf('s0:c1,c2')).toBe('c1,c2');
    expect(pairOf('s0-s0:c1,c2')).toBe('c1,c2');
    for (const other of ['s0', 's0:c1', 's0:c1.c5', 's0:c1,c2,c3', 's0:../x', undefined]) {
      expect(pairOf(other)).toBeUndefined();
    }
  });
});

describe('the registry of pairs', () => {
  const host = useLabelHosts();

  test('a pair is held by its open file, and free after it', () => {
    const { registry } = host(SELINUX);
    const one = openRegistry(registry, 'mcs');
    const other = openRegistry(registry, 'mcs');
    const held = claimPair(one, 's0:c1,c2');
    expect(held).toBeDefined();
    expect(claimPair(other, 's0:c1,c2')).toBeUndefined();
    expect(claimPair(other, 's0-s0:c1,c2')).toBeUndefined();
    held?.release();
    const again = claimPair(other, 's0:c1,c2');
    expect(again).toBeDefined();
    again?.remove();
    expect(readdirSync(`${registry}/mcs`)).toEqual([]);
  });

  test('a folder that is a link, or that others can write to, is refused', () => {
    const { registry } = host(SELINUX);
    mkdirSync(registry, { recursive: true });
    symlinkSync('/tmp', `${registry}/mcs`);
    expect(failureOf(() => openRegistry(registry, 'mcs')).code).toBe('OPERATION_FAILED');
    mkdirSync(`${registry}/apparmor`);
    chmodSync(`${registry}/apparmor`, 0o777);
    expect(failureOf(() => openRegistry(registry, 'apparmor')).code).toBe('OPERATION_FAILED');
  });

  test('a link in the place of a lock is not followed', () => {
    const { registry, root } = host(SELINUX);
    const locks = openRegistry(registry, 'mcs');
    symlinkSync(`${root}/victim`, `${registry}/mcs/c1,c2`);
    expect(failureOf(() => claimPair(locks, 's0:c1,c2'))).toMatchObject({ errno: 'ELOOP' });
    expect(existsSync(`${root}/victim`)).toBe(false);
  });
});

describe('the policy of the kernel', () => {
  const host = useHosts();

  test('is asked by one write, and what it does not answer is not known', async () => {
    const { root, tree } = host({ 'sys/fs/selinux/context': '' });
    expect(await kernelSelinux(tree).canonical('a:b:c:s0')).toBe('a:b:c:s0');
    expect(readFileSync(`${root}/sys/fs/selinux/context`, 'utf8')).toBe('a:b:c:s0\0');
    await expect(kernelSelinux(host({}).tree).canonical('a:b:c')).rejects.toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'ENOENT',
    });
  });
});

describe("a <seclabel> of model 'selinux'", () => {
  const host = useLabelHosts();

  test('dynamic: user and role of this process, the type of the policy, and a pair for both labels', async () => {
    const fake = host(SELINUX);
    const label = await makeSelinuxLabel(fake, dynamic());
    const pair = /c\d+,c\d+$/u.exec(label.execLabel.label)?.[0] ?? '';
    expect(label.execLabel).toEqual({
      module: 'selinux',
      label: `unconfined_u:unconfined_r:svirt_lxc_net_t:s0:${pair}`,
    });
    expect(label.fileLabel).toBe(`system_u:object_r:svirt_sandbox_file_t:s0:${pair}`);
    expect(label.live).toEqual({
      type: 'dynamic',
      model: 'selinux',
      label: label.execLabel.label,
      imagelabel: label.fileLabel,
    });
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([pair]);
    await label.undo();
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([]);
  });

  test('dynamic: a policy that refuses our user and role gets those of the base label', async () => {
    const fake = host(SELINUX, { refuses: (context) => context.startsWith('unconfined_u') });
    const label = await makeSelinuxLabel(fake, dynamic('sys_u:sys_r:my_t:s0:c0.c9'));
    expect(label.execLabel.label).toMatch(/^sys_u:sys_r:my_t:s0:c\d,c\d$/u);
    await label.undo();
  });

  test('dynamic: the pair is of the base label, else of this process', async () => {
    const own = { ...SELINUX, 'proc/self/attr/current': 'u:r:t:s2-s3:c100.c107' };
    const label = await makeSelinuxLabel(host(own), dynamic());
    expect(label.execLabel.label).toMatch(/^u:r:svirt_lxc_net_t:s2:c10\d,c10\d$/u);
    const based = await makeSelinuxLabel(host(own), dynamic('a:b:c:s4:c0.c7'));
    expect(based.execLabel.label).toMatch(/^u:r:c:s4:c[0-7],c[0-7]$/u);
    await Promise.all([label.undo(), based.undo()]);
  });

  test('dynamic: nothing stays reserved when the policy refuses every label', async () => {
    const fake = host(SELINUX, { refuses: () => true });
    await expect(makeSelinuxLabel(fake, dynamic())).rejects.toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([]);
  });

  test.each([
    [
      'without lxc_contexts',
      { 'etc/selinux/targeted/contexts/lxc_contexts': '' },
      undefined,
      'CONFIG_UNSUPPORTED',
    ],
    ['without levels', { 'proc/self/attr/current': 'u:r:t' }, 'a:b:c', 'CONFIG_UNSUPPORTED'],
    ['with few categories', { 'proc/self/attr/current': 'u:r:t:s0:c1.c7' }, undefined, 'CONFIG_UNSUPPORTED'],
    ['with a base label that is none', {}, 'svirt_lxc_net_t', 'XML_ERROR'],
    ['with a range that is none', {}, 'a:b:c:s0:c2.c1', 'XML_ERROR'],
  ])('dynamic %s: refused', async (_name, files, baselabel, code) => {
    const made = makeSelinuxLabel(host({ ...SELINUX, ...files }), dynamic(baselabel));
    await expect(made).rejects.toMatchObject({ name: 'VirtError', code, domain: 'SECURITY' });
  });

  test('static: as given, its pair kept from others', async () => {
    const fake = host(SELINUX);
    const label = await makeSelinuxLabel(fake, fixed('a:b:c_t:s0:c1,c2'));
    expect(label.execLabel.label).toBe('a:b:c_t:s0:c1,c2');
    expect(label.fileLabel).toBe('system_u:object_r:svirt_sandbox_file_t:s0:c1,c2');
    expect(label.live).toMatchObject({
      type: 'static',
      label: 'a:b:c_t:s0:c1,c2',
      imagelabel: label.fileLabel,
    });
    expect(claimPair(openRegistry(fake.registry, 'mcs'), 's0:c1,c2')).toBeUndefined();
    const same = await makeSelinuxLabel(fake, fixed('a:b:c_t:s0:c1,c2'));
    expect(same.locks).toEqual([]);
    await label.undo();
  });

  test('static: a label that the policy does not have is refused', async () => {
    const fake = host(SELINUX, { refuses: (context) => context.includes('no_t') });
    for (const label of ['a:b:no_t:s0', 'nonsense', 'a:b:c:s0\nx']) {
      await expect(makeSelinuxLabel(fake, fixed(label))).rejects.toMatchObject({ code: 'XML_ERROR' });
    }
  });

  test('static with relabel needs to know the label of files', async () => {
    const fake = host({ ...SELINUX, 'etc/selinux/targeted/contexts/lxc_contexts': '' });
    await expect(makeSelinuxLabel(fake, { ...fixed('a:b:c:s0'), relabel: true })).rejects.toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
    });
    expect((await makeSelinuxLabel(fake, fixed('a:b:c:s0'))).fileLabel).toBeUndefined();
  });

  test('forgetPair() leaves a pair that is in use', async () => {
    const fake = host(SELINUX);
    const { execLabel, locks } = await makeSelinuxLabel(fake, dynamic());
    const registry = openRegistry(fake.registry, 'mcs');
    forgetPair(registry, execLabel.label);
    expect(readdirSync(`${fake.registry}/mcs`)).toHaveLength(1);
    locks[0]?.release();
    forgetPair(registry, execLabel.label);
    expect(readdirSync(`${fake.registry}/mcs`)).toEqual([]);
    forgetPair(registry, 'no context');
  });
});
