/** the container's terminals and those of whoever looks at it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Domain } from '../../../lib/index.js';
import { ended } from '../../cli/child.js';
import { PROGRAMS, useArena } from '../arena.js';
import { describeAttacks, isSlow, type Evidence } from '../harness.js';
import { attack, evidenceOf } from '../lines.js';
import { KINDS } from '../weakened.js';

const REGISTER = resolve('test/cli/register.cjs');
const MAIN = resolve('lib/cli/main.ts');
const FLOOD_SECONDS = isSlow ? 20 : 1.5;
const FLOOD_KINDS = ['bytes', 'lines', 'garbage'] as const;
/** What a controller may keep of consoles that nobody reads. */
const MAX_GROWTH_KIB = 16 * 1024;

describeAttacks('terminal', (attacks) => {
  const arena = useArena(attacks, 'terminal');
  const program = join(PROGRAMS, 'terminal');
  let cache = '';
  beforeAll(() => {
    cache = mkdtempSync(join(tmpdir(), 'attack-cli-'));
  });
  afterAll(() => {
    rmSync(cache, { recursive: true, force: true });
  });

  /** On a terminal of the host, as somebody who types: what was put into its input meanwhile. */
  async function onTerminal(...argv: string[]): Promise<{ output: string; injected: number }> {
    const env = { ...process.env, VIRTAINER_TEST_CACHE: cache };
    const child = spawn(arena.program('terminal'), ['with-terminal', ...argv], { env });
    child.stdin.end();
    const { stdout } = await ended(child);
    return { output: stdout, injected: Number(/INJECTED (\d+)/.exec(stdout)?.[1] ?? NaN) };
  }
  const cli = (...argv: string[]): string[] => [
    process.execPath,
    '-r',
    REGISTER,
    MAIN,
    '-c',
    attacks.world().uri,
    ...argv,
  ];

  for (const kind of KINDS) {
    let times = 0;
    attacks.attempt(
      'A-095',
      `into a terminal from inside, ${kind}`,
      async () => {
        const lines = await attack(await arena.victim(kind), [program, 'inject'], { tty: true });
        times = lines.length;
        return evidenceOf(lines);
      },
      { times: () => times },
    );
    attacks.attempt('A-095', `into the terminal of who has run the command, ${kind}`, async () => {
      const { name } = await arena.victim(kind);
      const { output, injected } = await onTerminal(...cli('exec', name, '-it', '--', program, 'inject'));
      const ran = /A-095\/\S+ (open|blocked)/.test(output);
      return ran && injected === 0 ? [] : [ran ? `${injected} bytes injected` : `not run: ${output}`];
    });
    let looks = 0;
    attacks.attempt(
      'A-096',
      `terminals of others, ${kind}`,
      async () => {
        const lines = await attack(await arena.victim(kind), [program, 'sniff', secretOf(kind)]);
        looks = lines.length;
        return evidenceOf(lines);
      },
      { times: () => looks },
    );
  }
  attacks.teeth('A-095', 'a command without a terminal of its own', async () => {
    const { injected } = await onTerminal(arena.program('terminal'), 'inject-own');
    return injected > 0 ? [`${injected} bytes`] : [];
  });
  attacks.teeth('A-095', 'into a terminal from inside', async () =>
    evidenceOf(await attack(await arena.victim('weakened'), [program, 'inject'], { tty: true })),
  );
  attacks.noTeeth('A-096', 'no container can be given the terminals of another, or those of the host');

  for (const flood of FLOOD_KINDS) {
    attacks.attempt('A-096', `a console flooded with ${flood} that nobody reads`, async () => {
      const domain = await arena.start('generic', {
        init: [program, 'flood', String(FLOOD_SECONDS), flood],
        consoles: 2,
      });
      try {
        return await underFlood(domain);
      } finally {
        await domain.destroy().catch(() => undefined);
      }
    });
  }

  attacks.attempt('A-099', 'a line of a command that does not end', async () => {
    const before = process.memoryUsage().rss;
    const domain = await arena.victim('generic');
    const { isMaxBuffer, stdout } = await domain.exec([program, 'flood', '5', 'bytes'], {
      maxBuffer: 1_000_000,
    });
    const grown = process.memoryUsage().rss - before;
    return [
      ...(isMaxBuffer ? [] : ['not stopped']),
      ...(stdout.length > 1_000_000 ? [`${stdout.length} bytes kept`] : []),
      ...(grown > 100e6 ? [`${grown} bytes more`] : []),
    ];
  });

  /** The container runs on, others answer, and nobody keeps what is not read. */
  async function underFlood(domain: Domain): Promise<Evidence> {
    const controller = await domain.getID();
    const before = residentKiB(controller);
    const until = performance.now() + FLOOD_SECONDS * 1000;
    let slowest = 0;
    while (performance.now() < until) {
      const begun = performance.now();
      await domain.exec(['/bin/true']);
      slowest = Math.max(slowest, performance.now() - begun);
      await sleep(100);
    }
    const other = await domain.openConsole({ index: 1 });
    other.destroy();
    // Otherwise nothing was tried.
    const flooded = await domain.openConsole();
    const [kept] = (await once(flooded, 'data', { signal: AbortSignal.timeout(5000) })) as [Buffer];
    flooded.destroy();
    expect(kept.length).toBeGreaterThan(0);
    const grown = residentKiB(controller) - before;
    return [
      ...(grown > MAX_GROWTH_KIB ? [`the controller has grown by ${grown} KiB`] : []),
      ...(slowest > 5000 ? [`a command took ${slowest} ms`] : []),
    ];
  }
});

/** Never written anywhere: whoever finds it has it from a terminal. */
function secretOf(kind: string): string {
  return `secret-of-${kind}-${process.pid}`;
}

function residentKiB(pid: number | null): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
