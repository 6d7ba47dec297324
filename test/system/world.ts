/** A state folder, a root file system and names of its own for one test file; checked for leaks at its end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHostRoot,
  open,
  type Connection,
  type DomainDefinition,
  type Filesystem,
  type HostRoot,
} from '../../lib/index.js';
import { findTraces, openDescriptors, zombies } from './leaks.js';

export const isRoot = process.getuid?.() === 0;
/** `describe` for tests that need real containers. */
export const describeAsRoot = isRoot ? describe : describe.skip;
export const SKIP_REASON = isRoot ? '' : ' (skipped: needs root)';

export interface World {
  readonly directory: string;
  readonly uri: string;
  readonly root: HostRoot;
  readonly connection: Connection;
  /** A definition with a name of its own; init sleeps unless told otherwise. */
  define(changes?: Changes): DomainDefinition;
  /** Another connection to the same state. */
  connect(): Promise<Connection>;
  /** Also those of tests that have failed. */
  closeAll(): Promise<void>;
}

export interface Changes {
  readonly name?: string;
  readonly init?: readonly [string, ...string[]];
  readonly os?: Partial<DomainDefinition['os']>;
  readonly filesystems?: readonly Filesystem[];
  readonly consoles?: number;
  readonly definition?: Partial<DomainDefinition>;
}

/** Call inside `describe`: gives the tests a world, and fails when they leave anything behind. */
export function useWorld(): () => World {
  let world: World | undefined;
  let before: string[] = [];
  beforeAll(async () => {
    before = openDescriptors();
    world = await createWorld();
  });
  afterAll(async () => {
    if (!world) return;
    const { directory, root } = world;
    await destroyAll(world);
    await world.closeAll();
    const traces = findTraces([directory, root.directory]);
    await root.remove();
    await rm(directory, { recursive: true, force: true });
    expect(traces).toEqual([]);
    expect(zombies()).toEqual([]);
    expect(leakedDescriptors(before)).toEqual([]);
  });
  return () => {
    if (!world) throw new Error('no world outside of tests');
    return world;
  };
}

async function createWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'virtainer-test-'));
  const uri = `lxc:///embed?root=${directory}`;
  const root = await createHostRoot();
  const connection = await open(uri);
  const connections = [connection];
  let count = 0;
  const define = (changes: Changes = {}): DomainDefinition => {
    count++;
    const [init, ...initargs] = changes.init ?? ['/bin/sleep', 'infinity'];
    return {
      type: 'lxc',
      name: changes.name ?? `test-${count}`,
      memoryKiB: 64 * 1024,
      os: { type: 'exe', init, initargs, ...changes.os },
      devices: {
        filesystems: [...root.filesystems, ...(changes.filesystems ?? [])],
        consoles: Array.from({ length: changes.consoles ?? 1 }, () => ({ type: 'pty' as const })),
      },
      ...changes.definition,
    };
  };
  const connect = async (): Promise<Connection> => {
    const another = await open(uri);
    connections.push(another);
    return another;
  };
  const closeAll = async (): Promise<void> => {
    for (const each of connections) await each.close();
  };
  return { directory, uri, root, connection, define, connect, closeAll };
}

async function destroyAll({ connection }: World): Promise<void> {
  for (const domain of await connection.listAllDomains({ active: true })) {
    await domain.destroy().catch(() => undefined);
  }
}

/** Descriptors of this process that name files, sockets or processes and were not there before. */
function leakedDescriptors(before: readonly string[]): string[] {
  const known = new Set(before);
  return openDescriptors().filter(
    (descriptor) =>
      !known.has(descriptor) &&
      !/anon_inode|\/proc\/\d+\/fd$|pipe:|\.node$|\/dev\/|memfd:virtainer-controller/.test(descriptor),
  );
}
