/** AppArmor profiles: their compiler, the kernel's list, and what a `<seclabel>` makes of them. */
import { chmodSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { DynamicSeclabel } from '../../../../../lib/definition/domain/index.js';
import { HostTree } from '../../../../../lib/lxc/host/tree.js';
import {
  forgetProfiles,
  makeApparmorLabel,
} from '../../../../../lib/lxc/security/label/apparmor/apparmor.js';
import { kernelApparmor, parseProfiles } from '../../../../../lib/lxc/security/label/apparmor/kernel.js';
import { compilePolicy } from '../../../../../lib/lxc/security/label/apparmor/parser.js';
import { openRegistry } from '../../../../../lib/lxc/security/label/registry.js';
import { useHosts } from '../../host/fake-host.js';
import { APPARMOR, useLabelHosts } from './fake-label-host.js';

const UUID = '11111111-2222-3333-4444-555555555555';
const WANTED = { uuid: UUID, kind: 'generic' } as const;
const DYNAMIC: DynamicSeclabel = { type: 'dynamic', model: 'apparmor' };

describe('the compiler of policies', () => {
  const make = useHosts();
  const SCRIPT = '#!/bin/sh\nprintf "%s|" "$@"\nenv | grep -v -e "^PWD=" -e "^_=" -e "^SHLVL="\ncat\n';
  const withParser = (script: string, mode = 0o755): { root: string; tree: HostTree } => {
    const host = make({ 'usr/sbin/apparmor_parser': script, 'etc/apparmor.d/abi/3.0': 'x' });
    chmodSync(`${host.root}/usr/sbin/apparmor_parser`, mode);
    return host;
  };

  test('gets the policy as its input, an empty environment, and loads nothing', async () => {
    const { root, tree } = withParser(SCRIPT);
    expect((await compilePolicy(tree, 'POLICY')).toString()).toBe(
      `--skip-kernel-load|--skip-cache|--stdout|--quiet|--policy-features=${root}/etc/apparmor.d/abi/3.0|POLICY`,
    );
  });

  test('that fails, or gives nothing, is INTERNAL_ERROR with what it said', async () => {
    await expect(
      compilePolicy(withParser('#!/bin/sh\necho one >&2\necho two >&2\nexit 1\n').tree, 'x'),
    ).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      message: expect.stringMatching(/: two$/u) as unknown,
    });
    await expect(compilePolicy(withParser('#!/bin/sh\ncat >/dev/null\n').tree, 'x')).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });

  test('is not run when others than root can change it', async () => {
    const trees = [withParser(SCRIPT, 0o757).tree, withParser(SCRIPT, 0o775).tree, make({}).tree];
    const open = withParser(SCRIPT);
    chmodSync(`${open.root}/usr/sbin`, 0o777);
    const linked = make({ 'elsewhere/p': SCRIPT });
    chmodSync(`${linked.root}/elsewhere/p`, 0o777);
    mkdirSync(`${linked.root}/usr/sbin`, { recursive: true });
    symlinkSync(`${linked.root}/elsewhere/p`, `${linked.root}/usr/sbin/apparmor_parser`);
    for (const tree of [...trees, open.tree, linked.tree]) {
      await expect(compilePolicy(tree, 'x')).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        hint: expect.stringContaining("'apparmor'") as unknown,
      });
    }
  });

  test('what it makes is written to the kernel, and removed by name', async () => {
    const { root } = withParser('#!/bin/sh\ncat\n');
    mkdirSync(`${root}/sys/kernel/security/apparmor`, { recursive: true });
    for (const file of ['.replace', '.remove'])
      writeFileSync(`${root}/sys/kernel/security/apparmor/${file}`, '');
    const kernel = kernelApparmor(new HostTree(root));
    await kernel.load('COMPILED');
    await kernel.remove('virtainer-x');
    expect(readFileSync(`${root}/sys/kernel/security/apparmor/.replace`, 'utf8')).toBe('COMPILED');
    expect(readFileSync(`${root}/sys/kernel/security/apparmor/.remove`, 'utf8')).toBe('virtainer-x');
    expect(await kernel.profiles()).toBeUndefined();
  });

  test('a kernel that takes no profile is SYSTEM_ERROR', async () => {
    const { tree } = withParser('#!/bin/sh\ncat\n');
    await expect(kernelApparmor(tree).load('x')).rejects.toMatchObject({
      code: 'SYSTEM_ERROR',
      errno: 'ENOENT',
    });
    await kernelApparmor(tree).remove('x');
  });
});

test('the list of profiles is read, odd names too', () => {
  const text =
    'docker-default (enforce)\n/usr/bin/a b (x) (complain)\nvirtainer-1//child (enforce)\nbroken\n';
  expect([...parseProfiles(text)]).toEqual([
    ['docker-default', 'enforce'],
    ['/usr/bin/a b (x)', 'complain'],
    ['virtainer-1//child', 'enforce'],
  ]);
});

describe("a <seclabel> of model 'apparmor'", () => {
  const host = useLabelHosts();

  test('dynamic: a profile of the container alone, loaded, and removed again', async () => {
    const fake = host(APPARMOR);
    const label = await makeApparmorLabel(fake, DYNAMIC, WANTED);
    const name = `virtainer-${UUID}`;
    expect(label.execLabel).toEqual({ module: 'apparmor', label: name });
    expect(label.live).toEqual({ type: 'dynamic', model: 'apparmor', label: name, imagelabel: name });
    expect(fake.loaded.get(name)).toBe('enforce');
    expect(label.fileLabel).toBeUndefined();
    await label.undo();
    expect([...fake.loaded.keys()]).toEqual(['docker-default']);
    expect(readdirSync(`${fake.registry}/apparmor`)).toEqual([]);
  });

  test('dynamic: containers of the same uuid do not share a profile', async () => {
    const fake = host(APPARMOR);
    const [one, other] = [
      await makeApparmorLabel(fake, DYNAMIC, WANTED),
      await makeApparmorLabel(fake, DYNAMIC, WANTED),
    ];
    expect(other.execLabel.label).toBe(`${one.execLabel.label}-1`);
    await one.undo();
    expect(fake.loaded.has(other.execLabel.label)).toBe(true);
    await other.undo();
  });

  test('dynamic: names the profile of this process when it has one', async () => {
    const fake = host({ ...APPARMOR, 'proc/self/attr/apparmor/current': 'node-app (enforce)\n' });
    const label = await makeApparmorLabel(fake, DYNAMIC, WANTED);
    expect(fake.policies[0]).toContain('signal (receive) peer="node-app",');
    await label.undo();
  });

  test.each([undefined, 'complain'])(
    'dynamic: a profile that the kernel has as %s does not protect',
    async (mode) => {
      const fake = host(APPARMOR, { mode });
      await expect(makeApparmorLabel(fake, DYNAMIC, WANTED)).rejects.toMatchObject({
        code: 'OPERATION_FAILED',
      });
      expect(readdirSync(`${fake.registry}/apparmor`)).toEqual([]);
      expect([...fake.loaded.keys()]).toEqual(['docker-default']);
    },
  );

  test('dynamic: has no base label', async () => {
    const made = makeApparmorLabel(host(APPARMOR), { ...DYNAMIC, baselabel: 'x' }, WANTED);
    await expect(made).rejects.toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
  });

  test('static: a loaded profile, and no other', async () => {
    const fake = host(APPARMOR);
    const named = (label: string): Parameters<typeof makeApparmorLabel>[1] => ({
      type: 'static',
      model: 'apparmor',
      label,
    });
    const label = await makeApparmorLabel(fake, named('docker-default'), WANTED);
    expect(label.execLabel.label).toBe('docker-default');
    await label.undo();
    expect(fake.loaded.has('docker-default')).toBe(true);
    for (const missing of ['unconfined', 'docker', 'docker-default (enforce)', 'x\ny']) {
      await expect(makeApparmorLabel(fake, named(missing), WANTED)).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        hint: expect.stringContaining('apparmor_parser') as unknown,
      });
    }
  });

  test('without securityfs nothing is labelled by guess', async () => {
    const fake = host(APPARMOR);
    const blind = { ...fake, apparmor: { ...fake.apparmor, profiles: () => Promise.resolve(undefined) } };
    await expect(makeApparmorLabel(blind, DYNAMIC, WANTED)).rejects.toMatchObject({
      hint: expect.stringContaining('securityfs') as unknown,
    });
  });

  test('forgetProfiles() removes those of gone containers only', async () => {
    const fake = host(APPARMOR);
    const registry = openRegistry(fake.registry, 'apparmor');
    const running = await makeApparmorLabel(fake, DYNAMIC, WANTED);
    const gone = await makeApparmorLabel(fake, DYNAMIC, WANTED);
    gone.locks[0]?.release();
    await forgetProfiles(fake, registry, [...readdirSync(`${fake.registry}/apparmor`), 'docker-default']);
    expect([...fake.loaded.keys()]).toEqual(['docker-default', running.execLabel.label]);
    await running.undo();
  });
});
