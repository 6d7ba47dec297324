/** The attacks of other files, made by the container's own first process in place of a command run in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAMS, SHARED, useArena } from '../arena.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { evidenceOf, parseLines, type AttackLine } from '../lines.js';
import { KINDS, type Kind } from '../weakened.js';

const ATTACKS = [
  ['kernel-writes', 'settings'],
  ['secrets', 'masks'],
  ['cgroups', 'all'],
  ['devices', 'make'],
  ['abi'],
  ['calls', 'kernel'],
  ['calls', 'personality'],
  ['calls', 'families'],
  ['calls', 'keys'],
  ['calls', 'clocks'],
  ['privileges', 'root'],
] as const;
const LIMIT_MS = 50_000;

describeAttacks('as-init', (attacks) => {
  const arena = useArena(
    attacks,
    'kernel-writes',
    'secrets',
    'cgroups',
    'devices',
    'abi',
    'calls',
    'privileges',
  );

  /** Ids of attempts that succeed; the same as for a command when the rules for both are the same. */
  async function byInit(kind: Kind): Promise<AttackLine[]> {
    const name = `by-init-${kind}`;
    const commands = ATTACKS.map((argv) => `${PROGRAMS}/${argv.join(' ')} < /dev/null`).join('; ');
    const out = `${SHARED}/${name}`;
    const script = `{ ${commands}; } > ${out} 2>&1; mv ${out} ${out}.done; exec sleep infinity`;
    const domain = await arena.start(kind, { init: ['/bin/sh', '-c', script] });
    const path = join(arena.shared(), `${name}.done`);
    for (const until = performance.now() + LIMIT_MS; !existsSync(path) && performance.now() < until;) {
      await sleep(50);
    }
    const text = readFileSync(path, 'utf8');
    await domain.destroy();
    expect(text.match(/^END$/gm)).toHaveLength(ATTACKS.length);
    return parseLines(text);
  }

  async function byCommand(kind: Kind): Promise<Set<string>> {
    const lines: AttackLine[] = [];
    for (const [program, ...args] of ATTACKS) lines.push(...(await arena.lines(kind, program, ...args)));
    return new Set(lines.filter(({ isOpen }) => isOpen).map(({ id }) => id));
  }

  for (const kind of KINDS) {
    let times = 0;
    attacks.attempt(
      'A-040...A-082',
      `init gets no further than a command, ${kind}`,
      async (): Promise<Evidence> => {
        const commands = await byCommand(kind);
        const lines = await byInit(kind);
        times = lines.length;
        return evidenceOf(lines.filter(({ id }) => !commands.has(id)));
      },
      { times: () => times, timeoutMs: LIMIT_MS + 30_000 },
    );
  }
  attacks.noTeeth('A-040...A-082', 'each attack has its own, in the file that it is of');
});
