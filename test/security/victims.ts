/** Roots that an attacker has prepared, and what becomes of a start on them. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VirtError, type Domain, type DomainDefinition, type Filesystem } from '../../lib/index.js';
import type { World } from '../system/world.js';
import type { Evidence } from './harness.js';
import { initOf, inspect, mountsOf, type Mount } from './inside.js';

/** Attackers of everything they see run in no root without it: see attackers/attackable.h. */
const ATTACKABLE_MARK = 'attackable-root';

let count = 0;

/** A folder of the world for one attempt, open to the users of containers. */
export function makeFolder(world: World, name = 'attempt'): string {
  const folder = join(world.directory, `${name}-${count++}`);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  return folder;
}

/** A root with nothing in it but some programs and the directories every root has. */
export function makeRoot(
  world: World,
  programs: readonly string[],
  directories = ['proc', 'sys', 'dev'],
): string {
  const root = makeFolder(world, 'root');
  for (const name of directories) makeDirectory(join(root, name));
  for (const program of programs) putProgram(root, program);
  writeFileSync(join(root, ATTACKABLE_MARK), '');
  return root;
}

export function putProgram(
  root: string,
  program: string,
  name = program.slice(program.lastIndexOf('/') + 1),
): void {
  copyFileSync(program, join(root, name));
  chmodSync(join(root, name), 0o755);
}

/** The modes must not depend on our umask. */
export function makeDirectory(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

/** A definition whose root is this directory and whose init is this program in it. */
export function onRoot(
  world: World,
  root: string,
  init: readonly [string, ...string[]],
  more: readonly Filesystem[] = [],
): DomainDefinition {
  const { devices, ...definition } = world.define({ init });
  const filesystems: Filesystem[] = [{ type: 'mount', source: root, target: '/' }, ...more];
  return { ...definition, devices: { ...devices, filesystems } };
}

export interface StartOptions {
  /** Errors are an answer; this one is not, and others that are no VirtError. */
  readonly look?: (pid: number, domain: Domain) => Promise<Evidence> | Evidence;
  readonly limitMs?: number;
  /** A start that fails proves nothing here. */
  readonly mustStart?: boolean;
  /** Only what `look` finds counts: the attack changes what a container normally has. */
  readonly isOwnLook?: boolean;
}

const LIMIT_MS = 10_000;

/** Starts it and looks at it from the host: evidence of an escape, of damage, or of a start that hangs. */
export async function tryStart(
  world: World,
  definition: DomainDefinition,
  { look = () => [], limitMs = LIMIT_MS, mustStart = false, isOwnLook = false }: StartOptions = {},
): Promise<Evidence> {
  const begun = performance.now();
  let domain: Domain;
  try {
    domain = await world.connection.createDomain(definition);
  } catch (error) {
    if (!(error instanceof VirtError) || mustStart) return [`no clean error: ${String(error)}`];
    return performance.now() - begun > limitMs ? [`the failed start took too long: ${error.message}`] : [];
  }
  try {
    const pid = await initOf(domain).catch(() => undefined);
    if (pid === undefined) return mustStart ? ['init has ended'] : [];
    return [...(isOwnLook ? [] : inspect(pid)), ...(await look(pid, domain))];
  } finally {
    await domain.destroy().catch(ignoreEnded);
  }
}

/** Init may have ended by itself. */
export function ignoreEnded(error: unknown): void {
  if (!(error instanceof VirtError) || !['OPERATION_INVALID', 'NO_DOMAIN'].includes(error.code)) throw error;
}

/** Size of a tmpfs that no other mount of a container has. */
const USAGE_KIB = 776;

/** A tmpfs of the definition, known by its size. */
export function ramAt(target: string): Filesystem {
  return { type: 'ram', usageKiB: USAGE_KIB, target };
}

/** Where a mount of the definition is; `bind` looks like what it shows, and is not told apart. */
export function mountsFor(pid: number, added: Filesystem): Mount[] {
  const source = added.type === 'mount' ? added.source : undefined;
  return mountsOf(pid).filter((mount) =>
    source === undefined ? mount.superOptions.includes(`size=${USAGE_KIB}k`) : mount.root.includes(source),
  );
}

/** Starts it with one more mount, which must be found in the container, and nowhere in the kernel's own places. */
export async function tryMount(
  world: World,
  root: string,
  init: string,
  added: Filesystem,
  options: StartOptions = {},
): Promise<Evidence> {
  return tryStart(world, onRoot(world, root, [init], [added]), {
    ...options,
    look: async (pid, domain) => {
      const places = mountsFor(pid, added).map(({ target }) => target);
      const overKernel = places.filter((target) => /^\/(?:proc|sys)(?:\/|$)/.test(target));
      return [
        ...(places.length === 0 && added.type !== 'bind' ? [`${added.target} has gone elsewhere`] : []),
        ...overKernel.map((place) => `the mount for ${added.target} is over ${place}`),
        ...((await options.look?.(pid, domain)) ?? []),
      ];
    },
  });
}
