/** A container that exchanges two names of a folder it shares, while something else goes on. */
import type { Filesystem } from '../../lib/index.js';
import type { World } from '../system/world.js';
import { ROUNDS, type Evidence } from './harness.js';
import { makeRoot, onRoot } from './victims.js';

export interface Flip {
  /** The folder of the host that the attacker has as its volume. */
  readonly volume: string;
  /** Exchanged with each other, in that folder. */
  readonly names: readonly [string, string];
  /** The built `idle` and `flip`. */
  readonly programs: readonly [idle: string, flip: string];
}

/** The attacker must have come to exchange them more often than anything of ours has looked. */
export async function whileFlipping(
  world: World,
  { volume, names, programs }: Flip,
  body: () => Promise<Evidence>,
): Promise<Evidence> {
  const root = makeRoot(world, programs, ['proc', 'sys', 'dev', 'v']);
  const shared: Filesystem = { type: 'mount', source: volume, target: '/v' };
  const peer = await world.connection.createDomain(onRoot(world, root, ['/idle'], [shared]));
  try {
    const flipping = peer.exec(['/flip', ...names], { cwd: '/v' });
    await new Promise((resolve) => flipping.stdout.once('data', resolve));
    const evidence = await body();
    flipping.kill('SIGTERM');
    const { stdout } = await flipping;
    const flips = Number(stdout.split('\n').at(-1));
    if (!(flips > ROUNDS)) throw new Error(`only ${flips} exchanges: nothing was tested`);
    return evidence;
  } finally {
    await peer.destroy();
  }
}

/** What has been found in `ROUNDS` tries. */
export async function inRounds(once: () => Promise<Evidence>): Promise<Evidence> {
  const evidence: string[] = [];
  for (let round = 0; round < ROUNDS; round++) evidence.push(...(await once()));
  return evidence;
}
