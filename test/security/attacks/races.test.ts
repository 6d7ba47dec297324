/** another container exchanges what the runtime is about to use. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Filesystem } from '../../../lib/index.js';
import { useAttackers } from '../build-attacker.js';
import { inRounds, whileFlipping } from '../flipping.js';
import { ROUNDS, describeAttacks, isSlow, type Evidence } from '../harness.js';
import { isSameFile, redirected, wrongTerminal } from '../inside.js';
import { RACING_ROUNDS, naively } from '../naive.js';
import { makeDirectory, makeFolder, makeRoot, mountsFor, onRoot, ramAt, tryStart } from '../victims.js';

const OPTIONS = { times: ROUNDS, timeoutMs: isSlow ? 600_000 : 60_000 };

describeAttacks('races', ({ attempt, teeth, world, canary }) => {
  const attacker = useAttackers('idle', 'flip', 'naive');
  const flip = (volume: string, names: readonly [string, string], body: () => Promise<Evidence>) =>
    whileFlipping(world(), { volume, names, programs: [attacker('idle'), attacker('flip')] }, body);

  /** A folder with a directory `d`, and a link out of the container beside it. */
  function makeVolume(link: string): string {
    const volume = makeFolder(world(), 'volume');
    makeDirectory(join(volume, 'd'));
    symlinkSync(link, join(volume, 'l'));
    return volume;
  }

  /** Starts containers with the volume at /v and another mount whose target or source is in it. */
  function raceVolume(link: string, mount: Filesystem, look: (pid: number) => Evidence): Promise<Evidence> {
    const volume = makeVolume(link);
    const root = makeRoot(world(), [attacker('idle')], ['proc', 'sys', 'dev', 'v']);
    mkdirSync(join(root, canary().directory), { recursive: true });
    const filesystems: Filesystem[] = [{ type: 'mount', source: volume, target: '/v' }, mount];
    const definition = onRoot(world(), root, ['/idle'], filesystems);
    return flip(volume, ['d', 'l'], () => inRounds(() => tryStart(world(), definition, { look })));
  }

  /** The careless step meanwhile; it must end outside at least once. */
  function naiveOn(mode: 'mount' | 'create', path: string): Promise<Evidence> {
    const outside = makeFolder(world(), 'outside');
    const volume = makeVolume(outside);
    return flip(volume, ['d', 'l'], () =>
      naively(attacker('naive'), { mode, folder: volume, path: join(volume, path), rounds: RACING_ROUNDS }),
    );
  }

  for (const [name, link] of [
    ['the root', '/'],
    ['a folder of the host', ''],
  ] as const) {
    const target = (): string => (link === '' ? canary().directory : link);
    attempt('A-001', `a mount's target becomes a link to ${name}`, () => {
      const ram = ramAt('/v/d');
      return raceVolume(target(), ram, (pid) =>
        mountsFor(pid, ram).length > 0 ? [] : ['the mount has gone elsewhere'],
      );
    }, OPTIONS); // prettier-ignore

    attempt('A-001', `a bind's source becomes a link to ${name}`, () => {
      const exposed = { type: 'bind', source: '/v/d', target: '/exposed' } as const;
      return raceVolume(target(), exposed, (pid) =>
        ['/', canary().directory].filter((path) => isSameFile(pid, '/exposed', path)),
      );
    }, OPTIONS); // prettier-ignore
  }

  teeth('A-001', 'mount(2) by a path that was looked at before', () => naiveOn('mount', 'd'));

  attempt('A-008', 'a directory on the way to a new target becomes a link', () => {
    return raceVolume(canary().directory, ramAt('/v/d/x/y/z'), () => []);
  }, OPTIONS); // prettier-ignore

  attempt('A-008', 'the directory of a new target file becomes a link', () => {
    const source = join(makeFolder(world(), 'source'), 'file');
    writeFileSync(source, '');
    const file = { type: 'mount', source, target: `/v/d/${canary().mark}` } as const;
    return raceVolume(canary().directory, file, () => []);
  }, OPTIONS); // prettier-ignore

  teeth('A-008', 'open(O_CREAT) by a path that was looked at before', () => naiveOn('create', 'd/f'));

  /** Starts containers on a root whose /dev is exchanged with what `plant` makes. */
  function raceDev(plant: (path: string) => void, look: (pid: number) => Evidence): Promise<Evidence> {
    const root = makeRoot(world(), [attacker('idle')]);
    plant(join(root, 'other'));
    const definition = onRoot(world(), root, ['/idle']);
    // Which of the two names has the mount when we look is chance: what has been mounted is what counts.
    return flip(root, ['dev', 'other'], () =>
      inRounds(() =>
        tryStart(world(), definition, { isOwnLook: true, look: (pid) => [...redirected(pid), ...look(pid)] }),
      ),
    );
  }

  /** Starts containers on a root in which a directory is exchanged with another one; devices on the disk are evidence. */
  async function raceDirectory(name: string, look: (pid: number) => Evidence): Promise<Evidence> {
    const root = makeRoot(world(), [attacker('idle')]);
    const other = join(root, 'other');
    for (const below of ['pts', 'shm', 'sys/net']) mkdirSync(join(other, below), { recursive: true });
    const definition = onRoot(world(), root, ['/idle']);
    const evidence = await flip(root, [name, 'other'], () =>
      inRounds(() => tryStart(world(), definition, { isOwnLook: true, look })),
    );
    const devices = [join(root, name), other].flatMap((folder) =>
      readdirSync(folder).filter((entry) => lstatSync(join(folder, entry)).isCharacterDevice()),
    );
    return [...evidence, ...devices.map((device) => `${device} is on the disk of the host`)];
  }

  /** Wherever a proc file system has come to be, and under what name: what of it is not covered by another mount. */
  function unmasked(pid: number, names: readonly string[]): Evidence {
    const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const proc = mounts.find((mount) => mount[3] === '/' && mount[mount.indexOf('-') + 1] === 'proc');
    if (!proc) return ['no proc'];
    const covered = mounts
      .filter(([, parent]) => parent === proc[0])
      .map((mount) => basename(mount[4] ?? ''));
    return names.filter((name) => !covered.includes(name));
  }

  /** Everything the runtime may look for in /dev, leading to one place. */
  const fakeDev = (target: string) => (path: string) => {
    makeDirectory(path);
    for (const name of ['null', 'zero', 'console', 'tty1', 'ptmx']) symlinkSync(target, join(path, name));
  };

  attempt('A-005', '/dev/null becomes a link to core_pattern', () =>
    raceDev(fakeDev('/proc/sys/kernel/core_pattern'), () => []), OPTIONS); // prettier-ignore
  attempt('A-005', '/dev becomes a link to the host', () =>
    raceDev((path) => { symlinkSync(canary().directory, path); }, () => []), OPTIONS); // prettier-ignore

  attempt('A-005', '/proc is renamed while it is being masked', () =>
    raceDirectory('proc', (pid) => unmasked(pid, ['kallsyms', 'interrupts', 'sys', 'irq'])), OPTIONS); // prettier-ignore
  attempt('A-004', '/dev is renamed while its nodes are made', () => raceDirectory('dev', () => []), OPTIONS); // prettier-ignore

  teeth('A-005', 'a bind of /dev/null by a path that was looked at before', async () => {
    const volume = makeFolder(world(), 'volume');
    const [node, link, masked] = ['d', 'l', 'masked'].map((name) => join(volume, name)) as [
      string,
      string,
      string,
    ];
    execFileSync('mknod', [node, 'c', '1', '3']);
    symlinkSync('/proc/sys/kernel/core_pattern', link);
    writeFileSync(masked, '');
    return flip(volume, ['d', 'l'], async () => {
      return naively(attacker('naive'), {
        mode: 'bind',
        folder: volume,
        path: masked,
        source: node,
        rounds: RACING_ROUNDS,
      });
    });
  });

  attempt('A-006', '/dev/pts becomes a folder with a fifo for a ptmx', () =>
    raceDev((path) => {
      makeDirectory(path);
      makeDirectory(join(path, 'pts'));
      execFileSync('mkfifo', [join(path, 'pts/ptmx'), join(path, 'pts/0')]);
    }, wrongTerminal), OPTIONS); // prettier-ignore
  attempt('A-006', "/dev/pts becomes a folder with the host's ptmx", () =>
    raceDev((path) => {
      makeDirectory(path);
      makeDirectory(join(path, 'pts'));
      execFileSync('mknod', [join(path, 'pts/ptmx'), 'c', '5', '2']);
      symlinkSync('/proc/sys/kernel/core_pattern', join(path, 'pts/0'));
    }, wrongTerminal), OPTIONS); // prettier-ignore

  teeth('A-006', 'a bind of a terminal by a path that was looked at before', async () => {
    const volume = makeFolder(world(), 'volume');
    const [node, link, console] = ['d', 'l', 'console'].map((name) => join(volume, name)) as [
      string,
      string,
      string,
    ];
    execFileSync('mknod', [node, 'c', '136', '0']);
    symlinkSync('/proc/self/environ', link);
    writeFileSync(console, '');
    return flip(volume, ['d', 'l'], async () => {
      return naively(attacker('naive'), {
        mode: 'bind',
        folder: volume,
        path: console,
        source: node,
        rounds: RACING_ROUNDS,
      });
    });
  });
});
