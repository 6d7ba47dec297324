/**
 * Attacks as tests: each is counted, what it has changed on the host is looked for after it, and another test
 * shows that it would succeed where the defence is missing.
 */
import { SKIP_REASON, describeAsRoot, useWorld, type World } from '../system/world.js';
import { changesBetween, createCanary, observeHost, type Canary } from './canaries.js';
import { describeCounts, writeCounts } from './counts.js';

/** What an attacker has got, in words; nothing when all was in vain. */
export type Evidence = readonly string[];

export interface Attempt {
  /** How often it tries: each one counts. Asked after the attack when that tells. Default: 1. */
  readonly times?: number | (() => number);
  readonly timeoutMs?: number;
}

export interface Attacks {
  readonly world: () => World;
  readonly canary: () => Canary;
  /** An attack on the real thing; `id` is the row of the catalogue, such as `A-001`. */
  readonly attempt: (id: string, variant: string, run: () => Promise<Evidence>, options?: Attempt) => void;
  /** The same attack where the defence is missing: it must succeed. */
  readonly teeth: (id: string, variant: string, run: () => Promise<Evidence>, timeoutMs?: number) => void;
  /** Why an attack cannot be shown to succeed here. */
  readonly noTeeth: (id: string, reason: string) => void;
  /** An attack that this host has no place for. */
  readonly notApplicable: (id: string, variant: string, reason: string) => void;
}

export const isSlow = process.env.VIRTAINER_SLOW_TESTS !== undefined;
/** Rounds of a race. */
export const ROUNDS = isSlow ? 500 : 40;
const DEFAULT_TIMEOUT_MS = 60_000;

/** `describe` for a file of attacks; `name` is the one its counts are printed with. */
export function describeAttacks(name: string, body: (attacks: Attacks) => void): void {
  describeAsRoot(`attacks ${name}${SKIP_REASON}`, () => {
    body(useAttacks(name));
  });
}

function useAttacks(name: string): Attacks {
  const world = useWorld();
  const tally = {
    attempts: 0,
    succeeded: [] as string[],
    notApplicable: [] as string[],
    teeth: 0,
    toothless: [] as string[],
  };
  let canary: Canary | undefined;
  const theCanary = (): Canary => {
    if (!canary) throw new Error('no canary outside of tests');
    return canary;
  };
  watchHost(() => (canary ??= createCanary()));
  afterAll(() => {
    canary?.remove();
    writeCounts({ name, ...tally });
    process.stdout.write(`${describeCounts({ name, ...tally })}\n`);
  });
  return {
    world,
    canary: theCanary,
    attempt: (id, variant, run, { times = 1, timeoutMs = DEFAULT_TIMEOUT_MS } = {}) => {
      test(
        `${id} ${variant}`,
        async () => {
          const evidence = await run();
          tally.attempts += typeof times === 'number' ? times : times();
          tally.succeeded.push(...evidence.map((text) => `${id} ${variant}: ${text}`));
          expect(evidence).toEqual([]);
        },
        timeoutMs,
      );
    },
    teeth: (id, variant, run, timeoutMs = DEFAULT_TIMEOUT_MS) => {
      test(
        `${id} has teeth: ${variant}`,
        async () => {
          expect(await run()).not.toEqual([]);
          tally.teeth++;
        },
        timeoutMs,
      );
    },
    noTeeth: (id, reason) => {
      tally.toothless.push(`${id}: ${reason}`);
    },
    notApplicable: (id, variant, reason) => {
      tally.notApplicable.push(`${id} ${variant}: ${reason}`);
      test.skip(`${id} ${variant} (not applicable: ${reason})`, () => undefined);
    },
  };
}

/** Fails the test after which the host is not what it was before. */
function watchHost(canary: () => Canary): void {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = observeHost(canary());
  });
  afterEach(() => {
    expect(changesBetween(before, observeHost(canary()))).toEqual([]);
  });
}
