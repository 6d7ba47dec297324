/** One container of each kind for a file of attacks, and a weakened one: started when first attacked. */
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain, Filesystem } from '../../lib/index.js';
import type { Changes } from '../system/world.js';
import { useAttackers } from './build-attacker.js';
import type { Attacks } from './harness.js';
import { attack, evidenceOf, rowOf, type AttackLine } from './lines.js';
import { makeFolder } from './victims.js';
import { KINDS, ofKind, startWeakened, type Kind } from './weakened.js';

/** What the kind is by default, or a container without protection. */
export type Victim = Kind | 'weakened';

/** Inside of the container: the programs, read-only. */
export const PROGRAMS = '/opt';
/** Inside of the container: a folder that the host sees too, and that can be written to. */
export const SHARED = '/srv';
const START_TIMEOUT_MS = 60_000;

export interface Arena<Name extends string> {
  /** On the host: the path of a program. */
  readonly program: (name: Name) => string;
  /** On the host: the folder that all victims see as {@link SHARED}. */
  readonly shared: () => string;
  /** The running container. */
  readonly victim: (of: Victim) => Promise<Domain>;
  /** A container of its own, with the same folders. */
  readonly start: (of: Victim, changes?: Changes) => Promise<Domain>;
  readonly lines: (of: Victim, program: Name, ...args: readonly string[]) => Promise<AttackLine[]>;
  /** Tests: the program attacks a container of each kind, and the weakened one to show that it can succeed. */
  readonly everywhere: (id: string, what: string, battle: Battle<Name>) => void;
}

export interface Battle<Name extends string> {
  readonly program: Name;
  /** Arguments, known when the host is ready. */
  readonly args?: () => readonly string[];
  /** What may succeed in a container of this kind, and why is said where this is given. */
  readonly allowed?: (kind: Kind) => readonly RegExp[];
  /** Why it cannot be shown to succeed; false: it can, but in another way, by a test of its own. */
  readonly teeth?: false | string;
  readonly timeoutMs?: number;
}

/** Call inside {@link describeAttacks}. */
export function useArena<Name extends string>(attacks: Attacks, ...names: readonly Name[]): Arena<Name> {
  const built = useAttackers(...names);
  const victims = new Map<Victim, Domain>();
  let folders: { readonly programs: string; readonly shared: string } | undefined;
  const prepared = (): { readonly programs: string; readonly shared: string } => {
    folders ??= {
      programs: putPrograms(makeFolder(attacks.world(), 'programs'), names.map(built)),
      shared: makeFolder(attacks.world(), 'shared'),
    };
    return folders;
  };
  const start = (of: Victim, changes: Changes = {}): Promise<Domain> =>
    startVictim(attacks, of, {
      ...changes,
      filesystems: [...foldersOf(prepared()), ...(changes.filesystems ?? [])],
    });
  const victim = async (of: Victim): Promise<Domain> => {
    const known = victims.get(of);
    if (known && (await known.isActive().catch(() => false))) return known;
    const started = await start(of);
    victims.set(of, started);
    return started;
  };
  const lines: Arena<Name>['lines'] = async (of, program, ...args) =>
    attack(await victim(of), [join(PROGRAMS, program), ...args]);
  const everywhere: Arena<Name>['everywhere'] = (id, what, battle) => {
    const { program, args = () => [], allowed = () => [], timeoutMs = START_TIMEOUT_MS } = battle;
    for (const kind of KINDS) {
      let times = 0;
      const run = async (): Promise<string[]> => {
        const found = await lines(kind, program, ...args());
        times = found.length;
        return evidenceOf(found, allowed(kind));
      };
      attacks.attempt(id, `${what}, ${kind}`, run, { times: () => times, timeoutMs });
    }
    showTeeth(attacks, { id, what, battle, run: () => lines('weakened', program, ...args()) });
  };
  return { program: built, shared: () => prepared().shared, victim, start, lines, everywhere };
}

interface Show {
  readonly id: string;
  readonly what: string;
  readonly battle: Battle<string>;
  readonly run: () => Promise<AttackLine[]>;
}

/** Rows of which nothing has succeeded are told. */
function showTeeth(attacks: Attacks, { id, what, battle, run }: Show): void {
  if (typeof battle.teeth === 'string') attacks.noTeeth(id, `${what}: ${battle.teeth}`);
  if (battle.teeth !== undefined) return;
  attacks.teeth(
    id,
    what,
    async () => {
      const found = await run();
      const open = new Set(found.filter(({ isOpen }) => isOpen).map(rowOf));
      const rows = new Set(found.map(rowOf));
      for (const row of rows) {
        if (!open.has(row)) attacks.noTeeth(row, `${what}: nothing of it is open without protection either`);
      }
      return [...open];
    },
    battle.timeoutMs,
  );
}

function putPrograms(folder: string, programs: readonly string[]): string {
  for (const program of programs) {
    const copy = join(folder, program.slice(program.lastIndexOf('/') + 1));
    copyFileSync(program, copy);
    chmodSync(copy, 0o755);
  }
  return folder;
}

function foldersOf({
  programs,
  shared,
}: {
  readonly programs: string;
  readonly shared: string;
}): Filesystem[] {
  return [
    { type: 'mount', source: programs, target: PROGRAMS, readonly: true },
    { type: 'mount', source: shared, target: SHARED },
  ];
}

async function startVictim({ world }: Attacks, of: Victim, changes: Changes): Promise<Domain> {
  if (of === 'weakened') return startWeakened(world(), changes);
  return world().connection.createDomain(ofKind(of, world().define(changes)));
}
