/** the root's own links, files and fifos where the runtime mounts, makes nodes and binds. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Filesystem } from '../../../lib/index.js';
import { useAttackers } from '../build-attacker.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { isSameFile, statInside } from '../inside.js';
import { makeDirectory, makeFolder, makeRoot, onRoot, ramAt, tryMount, tryStart } from '../victims.js';

const LOOP_DEPTH = 41;

describeAttacks('links', ({ attempt, teeth, world, canary }) => {
  const attacker = useAttackers('idle', 'naive');
  const root = (directories?: string[]): string => makeRoot(world(), [attacker('idle')], directories);

  const LINKS: readonly (readonly [name: string, target: (canaryFolder: string) => string])[] = [
    ['/etc', () => '/etc'],
    ['../../etc', () => '../../etc'],
    ['../../../../../../../..', () => '../../../../../../../..'],
    ['a folder of the host', (folder) => folder],
    ['the host through ..', (folder) => `../../../../../../../..${folder}`],
    ['/proc/self/root', () => '/proc/self/root'],
    ['/proc/1/root/tmp', () => '/proc/1/root/tmp'],
    ['/proc/self/cwd', () => '/proc/self/cwd'],
    ['/proc/self/fd/3', () => '/proc/self/fd/3'],
    ['/dev/fd/4', () => '/dev/fd/4'],
    ['itself', () => 'l'],
    ['a chain of 41 links', () => 'chain-0'],
  ];

  function plant(directory: string, target: string): void {
    symlinkSync(target, join(directory, 'l'));
    if (target !== 'chain-0') return;
    for (let i = 0; i < LOOP_DEPTH; i++) {
      symlinkSync(i + 1 === LOOP_DEPTH ? '/etc' : `chain-${i + 1}`, join(directory, `chain-${i}`));
    }
  }

  test('an ordinary root starts', async () => {
    expect(await tryStart(world(), onRoot(world(), root(), ['/idle']), { mustStart: true })).toEqual([]);
  });

  async function tryTarget(
    link: string,
    target: string,
    kind: 'ram' | 'directory' | 'file',
  ): Promise<Evidence> {
    const victim = root();
    mkdirSync(join(victim, 'a'));
    mkdirSync(join(victim, 'etc'));
    plant(victim, link);
    plant(join(victim, 'a'), link);
    const source = makeFolder(world(), 'source');
    const file = join(source, 'file');
    writeFileSync(file, 'of a volume\n');
    const added: Filesystem =
      kind === 'ram' ? ramAt(target) : { type: 'mount', source: kind === 'file' ? file : source, target };
    return tryMount(world(), victim, '/idle', added);
  }

  for (const [name, link] of LINKS) {
    attempt('A-002', `a link to ${name} in a mount's target`, async () => [
      ...(await tryTarget(link(canary().directory), '/l/x', 'ram')),
      ...(await tryTarget(link(canary().directory), '/a/l/x', 'directory')),
      ...(await tryTarget(link(canary().directory), '/l', 'ram')),
      ...(await tryTarget(link(canary().directory), '/l/x', 'file')),
    ], { times: 4 }); // prettier-ignore

    attempt('A-002', `a link to ${name} as the source of a bind inside`, async () => {
      const victim = root();
      plant(victim, link(canary().directory));
      const exposed: Filesystem = { type: 'bind', source: '/l', target: '/exposed' };
      return tryStart(world(), onRoot(world(), victim, ['/idle'], [exposed]), {
        look: (pid) =>
          ['/', '/etc', '/tmp', canary().directory].filter((path) => isSameFile(pid, '/exposed', path)),
      });
    });
  }

  /** The careless step on a target that is a link out of its folder. */
  function naive(mode: 'mount' | 'create', link: string, path: string): Evidence {
    const folder = root(['etc']);
    symlinkSync(link, join(folder, 'l'));
    const escaped = execFileSync(attacker('naive'), [mode, folder, join(folder, path), '1'], {
      encoding: 'utf8',
    });
    return Number(escaped) > 0 ? ['outside'] : [];
  }

  teeth('A-002', 'mount(2) by path follows the link', () => {
    const outside = makeFolder(world(), 'outside');
    return Promise.resolve([...naive('mount', outside, 'l'), ...naive('mount', '../..', 'l')]);
  });

  const PLACES = ['proc', 'sys', 'dev'] as const;
  const SHAPES: readonly (readonly [name: string, plant: (path: string, canaryFolder: string) => void])[] = [
    ['a link to the host', (path, folder) => { symlinkSync(folder, path); }],
    ['a link within the root', (path) => { makeDirectory(`${path}.real`); symlinkSync(`${path.slice(path.lastIndexOf('/'))}.real`, path); }],
    ['a dangling link', (path) => { symlinkSync('/nowhere', path); }],
    ['a file', (path) => { writeFileSync(path, ''); }],
    ['a fifo', (path) => { execFileSync('mkfifo', [path]); }],
    ['a socket-like device', (path) => { execFileSync('mknod', [path, 'c', '1', '7']); }],
    ['missing', () => undefined],
    ['a directory of mode 0000', (path) => { mkdirSync(path); chmodSync(path, 0); }],
    ['full of fakes', (path) => { mkdirSync(join(path, 'self/attr'), { recursive: true }); symlinkSync('/etc', join(path, 'sys')); writeFileSync(join(path, 'self/attr/exec'), ''); symlinkSync('../../..', join(path, 'pts')); symlinkSync('/etc/passwd', join(path, 'null')); }],
  ]; // prettier-ignore

  for (const place of PLACES) {
    for (const [name, plantShape] of SHAPES) {
      attempt('A-003', `/${place} is ${name}`, async () => {
        const victim = root(PLACES.filter((other) => other !== place));
        plantShape(join(victim, place), canary().directory);
        return tryStart(world(), onRoot(world(), victim, ['/idle']), {
          look: (pid) =>
            statInside(pid, `/${place}`)?.isDirectory() === true ? [] : [`no directory /${place}`],
        });
      });
    }
  }

  teeth('A-003', 'mount(2) by path follows a root whose /proc is a link', () => {
    const outside = makeFolder(world(), 'outside');
    return Promise.resolve(naive('mount', outside, 'l'));
  });

  const DEV_LINKS: readonly (readonly [name: string, target: (canaryFolder: string) => string])[] = [
    ['a folder of the host', (folder) => folder],
    ['../../', () => '../../'],
    ['/proc/self/cwd', () => '/proc/self/cwd'],
    ['/proc/1/root', () => '/proc/1/root'],
    ['/proc/self/fd/5', () => '/proc/self/fd/5'],
    ['/sys', () => '/sys'],
    ['.', () => '.'],
  ];
  for (const [name, target] of DEV_LINKS) {
    attempt('A-004', `/dev is a link to ${name}`, async () => {
      const victim = root(['proc', 'sys']);
      symlinkSync(target(canary().directory), join(victim, 'dev'));
      return tryStart(world(), onRoot(world(), victim, ['/idle']));
    });
  }
  for (const below of ['pts', 'shm', 'null', 'console', 'tty1', 'ptmx', 'fd', 'mqueue']) {
    attempt('A-004', `/dev/${below} of the root is a link to the host`, async () => {
      const victim = root();
      symlinkSync(canary().file, join(victim, 'dev', below));
      return tryStart(world(), onRoot(world(), victim, ['/idle']), { mustStart: true });
    });
  }

  teeth('A-004', 'a node made by path lands on the host', () => {
    const outside = makeFolder(world(), 'outside');
    const evidence = naive('create', outside, 'l/null');
    rmdirSync(outside);
    return Promise.resolve(evidence);
  });
});
