/** the container's own mounts, and what a root may hold beside directories. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { VirtError, type Domain } from '../../../lib/index.js';
import { useAttackers } from '../build-attacker.js';
import { inRounds, whileFlipping } from '../flipping.js';
import { ROUNDS, describeAttacks, isSlow, type Evidence } from '../harness.js';
import { hostDirectories } from '../identities.js';
import { mountsOf } from '../inside.js';
import {
  makeDirectory,
  makeFolder,
  makeRoot,
  onRoot,
  putProgram,
  ramAt,
  tryMount,
  tryStart,
} from '../victims.js';
import { KINDS, ofKind, startWeakened } from '../weakened.js';

const run = promisify(execFile);
const START_STOPS = isSlow ? 100 : 20;
const HANG_MS = 10_000;

describeAttacks('mounts', ({ attempt, teeth, noTeeth, notApplicable, world }) => {
  const attacker = useAttackers('idle', 'flip', 'walk', 'mounter', 'naive');
  const root = (...programs: ('walk' | 'mounter')[]): string =>
    makeRoot(world(), ['idle' as const, ...programs].map(attacker));

  /** Everything of its own that a runtime writes to in /proc. */
  const FAKES = [
    'self/attr/exec', 'self/attr/apparmor/exec', 'self/attr/keycreate', 'self/uid_map', 'self/gid_map',
    'self/setgroups', 'self/oom_score_adj', 'self/timens_offsets', 'self/sched', 'self/loginuid',
    'thread-self/attr/exec', '1/uid_map', '1/gid_map', '1/setgroups', '1/oom_score_adj', 'sys/kernel/core_pattern',
    'sys/kernel/hostname', 'sys/net/ipv4/ip_forward', 'sysrq-trigger',
  ]; // prettier-ignore

  function plantFakes(directory: string): void {
    for (const name of FAKES) {
      mkdirSync(join(directory, dirname(name)), { recursive: true });
      writeFileSync(join(directory, name), 'fake\n');
    }
  }

  const written = (directory: string): Evidence =>
    FAKES.filter((name) => readFileSync(join(directory, name), 'utf8') !== 'fake\n');

  attempt('A-007', 'a /proc full of fake files, exchanged while the runtime writes', async () => {
    const victim = root();
    const names = [join(victim, 'proc'), join(victim, 'other')] as const;
    mkdirSync(names[1]);
    names.forEach(plantFakes);
    const flip = { volume: victim, names: ['proc', 'other'], programs: [attacker('idle'), attacker('flip')] } as const;
    const found = await whileFlipping(world(), flip, () =>
      inRounds(() => tryStart(world(), onRoot(world(), victim, ['/idle']), { isOwnLook: true })),
    );
    return [...found, ...names.flatMap(written)];
  }, { times: ROUNDS, timeoutMs: isSlow ? 600_000 : 60_000 }); // prettier-ignore

  attempt('A-007', 'a /proc full of fake files below the mounted one, and commands', async () => {
    const victim = root();
    plantFakes(join(victim, 'proc'));
    const domain = await world().connection.createDomain(onRoot(world(), victim, ['/idle']));
    for (let round = 0; round < 10; round++) await domain.exec(['/idle'], { timeoutMs: 50 });
    await domain.destroy();
    return written(join(victim, 'proc'));
  });

  teeth('A-007', 'a write to /proc by path after chroot reaches a fake file', async () => {
    const victim = makeFolder(world(), 'root');
    mkdirSync(join(victim, 'proc'));
    plantFakes(join(victim, 'proc'));
    const line = `open F, '>', '/proc/self/oom_score_adj'; print F "0\\n"`;
    await run('perl', ['-e', `chroot '${victim}'; ${line}`]);
    return written(join(victim, 'proc'));
  });

  /** A mount of the host that passes on what is mounted below it. */
  async function onSharedMount(body: (folder: string) => Promise<Evidence>): Promise<Evidence> {
    const folder = makeFolder(world(), 'shared');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', folder]);
    try {
      execFileSync('mount', ['--make-shared', folder]);
      return await body(folder);
    } finally {
      execFileSync('umount', ['-R', folder]);
    }
  }

  const hostMounts = (): Set<string> => new Set(readFileSync('/proc/self/mountinfo', 'utf8').split('\n'));

  attempt('A-015', 'the root is on a shared mount', () =>
    onSharedMount(async (folder) => {
      for (const name of ['proc', 'sys', 'dev']) makeDirectory(join(folder, name));
      putProgram(folder, attacker('idle'));
      const before = hostMounts();
      const evidence: string[] = [];
      for (let round = 0; round < START_STOPS; round++) {
        evidence.push(
          ...(await tryMount(world(), folder, '/idle', ramAt('/ram'), {
            mustStart: true,
            look: (pid) => [
              ...mountsOf(pid).filter(({ tags }) => tags !== '').map(({ target, tags }) => `${target}: ${tags}`),
              ...[...hostMounts()].filter((line) => !before.has(line)),
            ],
          })),
        );
      }
      return [...evidence, ...[...hostMounts()].filter((line) => !before.has(line))];
    }), { times: START_STOPS }); // prettier-ignore

  teeth('A-015', 'a mount namespace that does not cut the propagation', () =>
    onSharedMount(async (folder) => {
      const before = hostMounts();
      makeDirectory(join(folder, 'd'));
      const command = ['-m', '--propagation', 'unchanged', 'mount', '-t', 'tmpfs', 'none', join(folder, 'd')];
      await run('unshare', command);
      return [...hostMounts()].filter((line) => !before.has(line));
    }),
  );

  /** Of the lines of attackers/walk.c those that name a directory of the host. */
  function reached(output: string, ...places: readonly string[]): Evidence {
    const lines = output.trim().split('\n');
    expect(lines.pop()).toBe('end 0:0');
    const known = hostDirectories(...places);
    return lines.flatMap((line) => {
      const [way, id = ''] = line.split(' ');
      const path = known.get(id);
      return path === undefined ? [] : [`${way} reaches ${path}`];
    });
  }

  for (const kind of KINDS) {
    for (const who of ['root', 'an ordinary user'] as const) {
      attempt('A-016', `${who} of kind ${kind} walks out of its root`, async () => {
        const victim = root('walk');
        const definition = ofKind(kind, onRoot(world(), victim, ['/idle']));
        const outside = dirname(victim);
        const domain = await world().connection.createDomain(definition);
        try {
          const { stdout } = await domain.exec(['/walk'], who === 'root' ? {} : { user: 1000 });
          return reached(stdout, outside);
        } finally {
          await domain.destroy();
        }
      }, { times: 7 }); // prettier-ignore
    }
  }

  teeth('A-016', 'a chroot alone', async () => {
    const victim = root('walk');
    const { stdout } = await run('unshare', ['-m', 'chroot', victim, '/walk']);
    return reached(stdout, dirname(victim));
  });

  const SPECIAL: readonly (readonly [name: string, make: (path: string) => void])[] = [
    ['a fifo', (path) => { execFileSync('mkfifo', [path]); }],
    ['a device', (path) => { execFileSync('mknod', [path, 'c', '5', '2']); }],
    ['a block device', (path) => { execFileSync('mknod', [path, 'b', '7', '200']); }],
    ['a link to a fifo', (path) => { execFileSync('mkfifo', [`${path}.fifo`]); symlinkSync(`${path.slice(path.lastIndexOf('/') + 1)}.fifo`, path); }],
    ['a setgid directory', (path) => { mkdirSync(path); chmodSync(path, 0o2777); }],
    ['of mode 0000', (path) => { writeFileSync(path, ''); chmodSync(path, 0); }],
    ['immutable', (path) => { writeFileSync(path, ''); execFileSync('chattr', ['+i', path]); }],
    ['endless', (path) => { execFileSync('mknod', [path, 'c', '1', '5']); }],
  ]; // prettier-ignore
  const USED = ['etc/passwd', 'etc/group', 'volume', 'init', 'dev/console'] as const;

  /** Whether a start or a command takes longer than it may: errors are an answer. */
  async function tryHanging(victim: string, used: string): Promise<Evidence> {
    const source = join(makeFolder(world(), 'source'), 'file');
    writeFileSync(source, '');
    const definition = onRoot(
      world(),
      victim,
      [used === 'init' ? '/init' : '/idle'],
      [{ type: 'mount', source, target: used === 'volume' ? '/volume' : '/other' }],
    );
    const named = { ...definition, os: { ...definition.os, inituser: 'somebody', initgroup: 'some' } };
    return [
      ...(await tryStart(world(), definition, { look: (_, domain) => commandHangs(domain) })),
      ...(used.startsWith('etc/') ? await tryStart(world(), named) : []),
    ];
  }

  async function commandHangs(domain: Domain): Promise<Evidence> {
    const begun = performance.now();
    await domain.exec(['/none'], { user: 'somebody', timeoutMs: HANG_MS }).catch((error: unknown) => {
      if (!(error instanceof VirtError)) throw error;
    });
    return performance.now() - begun > HANG_MS / 2 ? ['a command hangs'] : [];
  }

  for (const used of USED) {
    for (const [name, make] of SPECIAL) {
      attempt('A-017', `/${used} is ${name}`, async () => {
        const victim = root();
        const path = join(victim, used);
        mkdirSync(dirname(path), { recursive: true });
        make(path);
        const evidence = await tryHanging(victim, used);
        if (name === 'immutable') execFileSync('chattr', ['-i', path]);
        return evidence;
      });
    }
  }

  teeth('A-017', 'a plain open(2) of a fifo hangs', () => {
    const fifo = join(makeFolder(world()), 'fifo');
    execFileSync('mkfifo', [fifo]);
    const { status } = spawnSync('timeout', ['1', 'cat', fifo]);
    rmSync(fifo);
    return Promise.resolve(status === 124 ? ['it hangs'] : []);
  });
  notApplicable('A-017', 'a file of a FUSE that does not answer', 'no container may mount one: see A-019');

  /** What a container with CAP_SYS_ADMIN over its own user namespace may mount: nothing there is the host's. */
  const OWN = /^(?:plain|unshared|nested) (?:overlay|tmpfs|proc|sysfs|devpts|mqueue|cgroup2|ramfs|bpf)$/;
  for (const kind of KINDS) {
    attempt('A-019', `kind ${kind} mounts overlay, fuse and 12 others`, async () => {
      const victim = root('mounter');
      const domain = await world().connection.createDomain(ofKind(kind, onRoot(world(), victim, ['/idle'])));
      try {
        const { stdout } = await domain.exec(['/mounter']);
        const lines = new Set(stdout.split('\n').filter((line) => line !== 'end'));
        expect(stdout).toMatch(/end$/);
        return [...lines].filter((line) => !/systemd|booted/.test(kind) || !OWN.test(line));
      } finally {
        await domain.destroy();
      }
    }, { times: 45 }); // prettier-ignore
  }

  teeth('A-019', 'a weakened container mounts', async () => {
    const victim = root('mounter');
    const domain = await startWeakened(world(), { definition: onRoot(world(), victim, ['/idle']) });
    const { stdout } = await domain.exec(['/mounter']);
    await domain.destroy();
    return stdout.split('\n').filter((line) => line.endsWith(' overlay'));
  });
  noTeeth('A-017 (devices)', 'a runtime that opens them without O_PATH has effects that differ by device');
});
