/** the programs of ours that enter a container, and what it makes of them. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Domain, DomainDefinition, ExecOptions } from '../../../lib/index.js';
import { useAttackers } from '../build-attacker.js';
import { digest } from '../canaries.js';
import { describeAttacks, isSlow, type Evidence } from '../harness.js';
import { hostDirectories } from '../identities.js';
import { initOf } from '../inside.js';
import { makeFolder, makeRoot, onRoot, tryStart } from '../victims.js';
import { startWeakened } from '../weakened.js';

const EXECS = isSlow ? 1000 : 100;
const TIMEOUT_MS = isSlow ? 300_000 : 60_000;
/** Of programs, or the number of the last process: else the attacker has missed what it waited for. */
const MANY = 2;
const GET_SEALS = 1034;
/** SEAL, SHRINK, GROW and WRITE. */
const SEALS = 0b1111;

describeAttacks('programs', ({ attempt, teeth, world }) => {
  const attacker = useAttackers('idle', 'overwrite', 'watch');

  interface Attacked {
    readonly root: string;
    readonly domain: Domain;
  }

  /** Runs the attacker in the container until the body is through; gives its lines. */
  async function whileAttacked(
    { root, domain }: Attacked,
    program: 'overwrite' | 'watch',
    body: () => Promise<void>,
  ): Promise<string[]> {
    const attack = domain.exec([`/${program}`, '/stop']);
    await once(attack.stdout, 'data');
    await body();
    writeFileSync(join(root, 'stop'), '');
    const { stdout } = await attack;
    const lines = stdout.split('\n').filter((line) => line !== 'ready');
    expect(Number(/^looked at (\d+)$/.exec(lines.pop() ?? '')?.[1])).toBeGreaterThan(MANY);
    return lines;
  }

  async function inContainer(
    start: (definition: DomainDefinition) => Promise<Domain>,
    body: (attacked: Attacked) => Promise<Evidence>,
  ): Promise<Evidence> {
    const root = makeRoot(
      world(),
      ['idle', 'overwrite', 'watch'].map((name) => attacker(name as 'idle')),
    );
    writeFileSync(join(root, 'self'), '#!/proc/self/exe\n', { mode: 0o755 });
    // The host's /proc/loadavg has the newest number: it makes the attackers faster.
    const extensions = { resourceView: { mode: 'host' } } as const;
    const domain = await start({ ...onRoot(world(), root, ['/idle']), extensions });
    try {
      return await body({ root, domain });
    } finally {
      await domain.destroy();
    }
  }
  const byDefault = (definition: DomainDefinition): Promise<Domain> =>
    world().connection.createDomain(definition);

  async function execs(domain: Domain, argv: readonly string[], options: ExecOptions = {}): Promise<void> {
    for (let round = 0; round < EXECS; round++) {
      await domain
        .exec(argv, { ...options, timeoutMs: 2000, forceKillAfterDelayMs: 0 })
        .catch(() => undefined);
    }
  }

  attempt('A-020', 'commands that are #!/proc/self/exe, all programs overwritten', () =>
    inContainer(byDefault, (attacked) =>
      whileAttacked(attacked, 'overwrite', () => execs(attacked.domain, ['/self'])),
    ), { times: EXECS, timeoutMs: TIMEOUT_MS }); // prettier-ignore
  attempt('A-020', 'commands that do not exist, all programs overwritten', () =>
    inContainer(byDefault, (attacked) =>
      whileAttacked(attacked, 'overwrite', () => execs(attacked.domain, ['/none'])),
    ), { times: EXECS, timeoutMs: TIMEOUT_MS }); // prettier-ignore

  attempt('A-020', 'an init that is #!/proc/self/exe', async () => {
    const root = makeRoot(world(), [attacker('idle')]);
    writeFileSync(join(root, 'self'), '#!/proc/self/exe\n', { mode: 0o755 });
    return tryStart(world(), onRoot(world(), root, ['/self']), { isOwnLook: true });
  });

  attempt('A-020', 'the controller runs from a sealed copy', () =>
    inContainer(byDefault, async ({ domain }) => {
      const exe = `/proc/${await domain.getID()}/exe`;
      const script = `open F, '<', '${exe}' or die; print fcntl(F, ${GET_SEALS}, 0)`;
      const seals = Number(execFileSync('perl', ['-e', script], { encoding: 'utf8' }));
      return (seals & SEALS) === SEALS ? [] : [`its seals are ${seals}`];
    }),
  );

  teeth('A-020', 'a runtime that runs from an ordinary file', async () => {
    const folder = makeFolder(world());
    const runtime = join(folder, 'runtime');
    copyFileSync(attacker('idle'), runtime);
    const before = digest(runtime);
    const running = spawn(runtime);
    await once(running, 'spawn');
    const attack = spawn(attacker('overwrite'), [join(folder, 'stop'), String(running.pid)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(attack.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 50));
    running.kill('SIGKILL');
    await once(attack.stdout, 'data');
    writeFileSync(join(folder, 'stop'), '');
    await once(attack, 'exit');
    return digest(runtime) === before ? [] : ['the runtime was overwritten'];
  });

  /** What of the lines of attackers/watch.c is the host's: directories, and what no command has open. */
  function seen(lines: readonly string[]): Evidence {
    const known = hostDirectories(world().directory);
    const harmless = /^descriptor \d+ (?:pipe:|\/dev\/|\/idle|\/watch|\/proc|\/$)/;
    return lines.flatMap((line) => {
      const [way, id = ''] = line.split(' ');
      const path = known.get(id);
      if (path !== undefined) return [`${way} shows ${path}`];
      return line.startsWith('descriptor ') && !harmless.test(line) ? [line] : [];
    });
  }

  const ENTERING: readonly (readonly [name: string, options: ExecOptions])[] = [
    ['commands', {}],
    ['commands of a user', { user: 1000 }],
    ['commands with a terminal', { tty: true }],
  ];
  for (const [name, options] of ENTERING) {
    attempt(name.endsWith('terminal') ? 'A-022' : 'A-021', `${name} are watched and traced from their birth`, () =>
      inContainer(byDefault, async (attacked) =>
        seen(await whileAttacked(attacked, 'watch', () => execs(attacked.domain, ['/none'], options))),
      ), { times: EXECS, timeoutMs: TIMEOUT_MS }); // prettier-ignore
  }

  attempt('A-022', 'the console is opened while all processes are watched', () =>
    inContainer(byDefault, async (attacked) => {
      const lines = await whileAttacked(attacked, 'watch', async () => {
        for (let round = 0; round < 10; round++) {
          const console = await attacked.domain.openConsole();
          console.destroy();
        }
        await execs(attacked.domain, ['/none']);
      });
      return seen(lines);
    }), { times: 10 }); // prettier-ignore

  teeth('A-021', 'a runtime that enters with a directory of the host open', () =>
    inContainer(
      (definition) => startWeakened(world(), { definition }),
      async (attacked) => {
        const init = await initOf(attacked.domain);
        const lines = await whileAttacked(attacked, 'watch', async () => {
          const script = `use POSIX; POSIX::dup2(POSIX::open('/', 0), 9); exec 'nsenter', '-t', '${init}', '-m', '-p', '/idle'`;
          const naive = spawn('perl', ['-e', script]);
          await new Promise((resolve) => setTimeout(resolve, 500));
          naive.kill('SIGKILL'); // Its child is in the container, and ends with it.
        });
        return seen(lines);
      },
    ),
  );
});
