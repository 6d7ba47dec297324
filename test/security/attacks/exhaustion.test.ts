/** what all containers share, taken by one of them while the host and another container go on working. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Domain } from '../../../lib/index.js';
import { PROGRAMS, useArena } from '../arena.js';
import { describeAttacks, isSlow, type Evidence } from '../harness.js';
import { KINDS } from '../weakened.js';

const SECONDS = isSlow ? 60 : 0.5;
const SHARED_TABLES = [
  'pty',
  'inotify',
  'files',
  'memfd',
  'sockets',
  'pipes',
  'dentries',
  'inodes',
  'mounts',
  'namespaces',
  'processes',
  'memory',
] as const;
/** A limit of each process is none for several. */
const PROCESSES = '4';
const MAX_MS = 5000;
/** In another container. */
const WATCH = `${PROGRAMS}/exhaust inotify 0.02`;

describeAttacks('exhaustion', (attacks) => {
  const arena = useArena(attacks, 'exhaust');
  // All kinds take their time: one of each class is tried by default.
  const kinds = KINDS.filter((kind) => isSlow || kind === 'generic' || kind === 'booted');

  for (const kind of kinds) {
    for (const table of SHARED_TABLES) {
      attacks.attempt(
        'A-080',
        `${table}, ${kind}`,
        async () => {
          const other = await arena.victim('chroot');
          const attacker = await arena.start(kind, { definition: { memoryKiB: 256 * 1024 } });
          const ended = take(attacker, table);
          const evidence = await watchOthers(ended, other);
          const taken = await ended;
          await attacker.destroy().catch(() => undefined);
          return [...evidence, ...(taken === '' ? ['nothing has been tried'] : [])];
        },
        { timeoutMs: SECONDS * 1000 + 60_000 },
      );
    }
  }
  attacks.noTeeth('A-080', 'without limits it would take from this host what others need');
});

/** How much was taken; that it was killed for it is an answer, too. */
async function take(attacker: Domain, table: string): Promise<string> {
  const argv = [join(PROGRAMS, 'exhaust'), table, String(SECONDS), PROCESSES];
  try {
    const options = { stdin: 'ignore', timeoutMs: SECONDS * 1000 + 30_000 } as const;
    const { stdout, signal } = await attacker.exec(argv, options);
    return /^TAKEN/m.test(stdout) ? stdout : (signal ?? '');
  } catch (error) {
    return (await attacker.isActive().catch(() => false)) ? '' : `the container has ended: ${String(error)}`;
  }
}

/** Until the attack has ended, and once more after it. */
async function watchOthers(ended: Promise<string>, other: Domain): Promise<Evidence> {
  const found = new Set<string>();
  const state = { isOver: false };
  void ended.then(() => {
    state.isOver = true;
  });
  do {
    for (const failure of [...hostFailures(), ...(await otherFailures(other))]) found.add(failure);
    await sleep(50);
  } while (!state.isOver);
  for (const failure of hostFailures()) found.add(`afterwards: ${failure}`);
  return [...found];
}

/** What any program of the host needs. */
function hostFailures(): string[] {
  const attempts: readonly (readonly [string, () => void])[] = [
    [
      'a terminal',
      () => {
        closeSync(openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY));
      },
    ],
    [
      'a file',
      () => {
        closeSync(openSync('/proc/self/status', 'r'));
      },
    ],
    [
      'a watch',
      () => {
        // In a process of its own: this one has its one instance already.
        execFileSync(process.execPath, ['-e', 'fs.watch("/").close()'], { stdio: 'pipe' });
      },
    ],
    [
      'a folder',
      () => {
        rmdirSync(mkdtempSync(join(tmpdir(), 'exhaustion-')));
      },
    ],
  ];
  return attempts.flatMap(([what, attempt]) => {
    try {
      attempt();
      return [];
    } catch (error) {
      return [`the host gets no ${what.slice(2)}: ${String(error)}`];
    }
  });
}

async function otherFailures(other: Domain): Promise<string[]> {
  const begun = performance.now();
  try {
    const { exitCode } = await other.exec(
      ['/bin/sh', '-c', `echo x > /dev/shm/x && ${WATCH} | grep -q 'TAKEN inotify [1-9]'`],
      {
        stdin: 'ignore',
        timeoutMs: MAX_MS * 2,
        tty: true,
      },
    );
    const took = performance.now() - begun;
    return [
      ...(exitCode === 0 ? [] : [`another container's command exits with ${exitCode}`]),
      ...(took > MAX_MS ? [`another container's command takes more than ${MAX_MS} ms`] : []),
    ];
  } catch (error) {
    return [`another container runs no command: ${String(error)}`];
  }
}
