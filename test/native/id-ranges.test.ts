/** Ids of containers: never the same twice, and given back by the kernel. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocateIdRange, reserveIdmap, type IdAllocation } from '../../lib/lxc/security/id-ranges';
import { claimUserIds } from '../../lib/lxc/security/user-ids';
import { failureOf } from '../unit/definition/failure';
import { startHolder } from './id-ranges-holder';

const SIZE = 65_536;
const START = 10 * SIZE;
const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';
const scratch = mkdtempSync(join(tmpdir(), 'virtainer-ids-'));
const etc = join(scratch, 'etc');
const children: ChildProcess[] = [];
let folder = '';
let count = 0;

beforeAll(() => {
  mkdirSync(etc);
});
beforeEach(() => {
  folder = join(scratch, `registry${count++}`);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const openFds = (): number => readdirSync('/proc/self/fd').length;
const allocate = (uuid: string, containers = 4): IdAllocation =>
  allocateIdRange({ uuid, folder, etc, env: {}, idRange: { start: START, count: containers * SIZE } });
const map = (target: number, length: number) => {
  const entries = [{ start: 0, target, count: length }];
  return { uids: entries, gids: entries };
};

function holder(range: string, most = 1000): ReturnType<typeof startHolder> {
  const started = startHolder(folder, range, most);
  children.push(started.child);
  return started;
}

describe('an id range', () => {
  test('is the same for the same domain when it is free, and another when it is not', () => {
    const first = allocate(UUID);
    const second = allocate(UUID);
    expect(second.base).not.toBe(first.base);
    first.release();
    const third = allocate(UUID);
    expect(third).toMatchObject({ base: first.base, count: SIZE });
    second.release();
    third.release();
  });

  test('is found as long as there is one, and then the error says what to do', () => {
    const before = openFds();
    const all = Array.from({ length: 4 }, (_, index) => allocate(`${UUID}${index}`));
    expect(all.map(({ base }) => base).toSorted((a, b) => a - b)).toEqual(
      [10, 11, 12, 13].map((place) => place * SIZE),
    );
    expect(failureOf(() => allocate(UUID))).toMatchObject({
      code: 'RESOURCE_BUSY',
      codeNumber: 87,
      message: expect.stringMatching(/^no 65536 ids left .* of 4 ranges from option 'idRange'/u) as unknown,
      hint: expect.stringMatching(/VIRTAINER_ID_RANGE=START:COUNT/u) as unknown,
    });
    for (const claim of all) claim.release();
    allocate(UUID).release();
    expect(openFds()).toBe(before);
  });

  test('released twice takes no other descriptor with it', () => {
    const claim = allocate(UUID);
    claim.release();
    const other = allocate(UUID);
    claim.release();
    expect(() => statSync(`/proc/self/fd/${other.fd}`)).not.toThrow();
    other.release();
  });

  test('does not overlap with those of another configuration', () => {
    const claims = [0, 1, 40_000, 65_535, 65_536].map((shift) =>
      allocateIdRange({
        uuid: UUID,
        folder,
        etc,
        env: {},
        idRange: { start: START + shift, count: 20 * SIZE },
      }),
    );
    const bases = claims.map(({ base }) => base).toSorted((a, b) => a - b);
    for (const [index, base] of bases.entries()) {
      expect(base + SIZE).toBeLessThanOrEqual(bases[index + 1] ?? Infinity);
    }
    for (const claim of claims) claim.release();
  });

  test('in 100000 allocations never overlaps with one that is held, and is found whenever one is free', () => {
    const before = openFds();
    const containers = 64;
    const held = new Map<number, IdAllocation>();
    let [seed, allocations] = [1, 0];
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    while (allocations < 100_000) {
      if (held.size === containers || (held.size > 0 && random(2) === 0)) {
        const claim = [...held.values()][random(held.size)];
        claim?.release();
        held.delete(claim?.base ?? 0);
      } else {
        const claim = allocate(String(random(1000)), containers);
        allocations++;
        const isOf = (claim.base - START) % SIZE === 0 && claim.base < START + containers * SIZE;
        if (held.has(claim.base) || claim.base < START || !isOf) throw new Error(`got ${claim.base} again`);
        held.set(claim.base, claim);
      }
    }
    for (const claim of held.values()) claim.release();
    expect(openFds()).toBe(before);
  }, 120_000);
});

describe('processes', () => {
  test('that allocate at once share what there is, and none gets what another has', async () => {
    const holders = await Promise.all([1, 2, 3].map(() => holder(`${START}:${120 * SIZE}`).go()));
    const bases = holders.flatMap((one) => one.bases);
    expect(bases).toHaveLength(120);
    expect(new Set(bases).size).toBe(120);
    await Promise.all(holders.map((one) => one.kill()));
  });

  test('that are killed give their ranges back', async () => {
    const one = await holder(`${START}:${4 * SIZE}`).go();
    expect(one.bases).toHaveLength(4);
    expect(failureOf(() => allocate(UUID)).code).toBe('RESOURCE_BUSY');
    await one.kill();
    allocate(UUID).release();
  });

  test('that were handed the descriptor keep the range when the one that allocated it ends', async () => {
    const claim = allocate(UUID, 1);
    const controller = spawn('/bin/sleep', ['60'], { stdio: ['ignore', 'ignore', 'inherit', claim.fd] });
    children.push(controller);
    await once(controller, 'spawn');
    claim.release();
    expect(failureOf(() => allocate(UUID, 1)).code).toBe('RESOURCE_BUSY');
    const gone = once(controller, 'exit');
    controller.kill('SIGKILL');
    await gone;
    allocate(UUID, 1).release();
  });
});

describe('an <idmap>', () => {
  test('may be that of other running containers, for users and groups apart', () => {
    const one = reserveIdmap(map(START, 10), { folder });
    const other = reserveIdmap(map(START + 5, 10), { folder });
    one.release();
    other.release();
  });

  test('keeps automatic ranges away, whatever part of them it has', () => {
    const reserved = reserveIdmap(
      {
        uids: [{ start: 0, target: START + SIZE - 1, count: 2 }],
        gids: [{ start: 0, target: START + 3 * SIZE, count: 1 }],
      },
      { folder },
    );
    const claim = allocate(UUID);
    expect(claim.base).toBe(START + 2 * SIZE);
    expect(failureOf(() => allocate(UUID)).code).toBe('RESOURCE_BUSY');
    claim.release();
    reserved.release();
  });

  test('is refused when a container was given one of its ids, and leaves nothing', () => {
    const claim = allocate(UUID, 1);
    const before = openFds();
    for (const [target, length] of [
      [START, 1],
      [START + SIZE - 1, 1],
      [0, 0xffff_ffff],
    ] as const) {
      expect(failureOf(() => reserveIdmap(map(target, length), { folder }))).toMatchObject({
        code: 'RESOURCE_BUSY',
        message: `<idmap>: <uid start='0' target='${target}' count='${length}'>: a running container has some of these ids`,
      });
    }
    const gidOnly = { ...map(1000, 10), gids: [{ start: 0, target: START, count: 1 }] };
    expect(failureOf(() => reserveIdmap(gidOnly, { folder })).message).toContain("<gid start='0'");
    expect(openFds()).toBe(before);
    reserveIdmap(map(START + SIZE, 1), { folder }).release();
    reserveIdmap(map(START - 1, 1), { folder }).release();
    claim.release();
    reserveIdmap(map(0, 0xffff_ffff), { folder }).release();
  });
});

describe('the ids of a container', () => {
  const sources = () => ({ folder, etc, env: {}, idRange: { start: START, count: SIZE } });

  test('are a range of its own, with mounts that are idmapped', () => {
    const ids = claimUserIds({ uuid: UUID }, sources());
    const entries = [{ start: 0, target: START, count: SIZE }];
    expect(ids).toMatchObject({ uids: entries, gids: entries, mapsMounts: true });
    ids?.claim.release();
    const auto = { uuid: UUID, extensions: { userNamespace: { mode: 'auto' as const } } };
    claimUserIds(auto, sources())?.claim.release();
  });

  test('are those of its <idmap>, with mounts as they are', () => {
    const idmap = map(100_000, 1000);
    const ids = claimUserIds({ uuid: UUID, idmap }, sources());
    expect(ids).toMatchObject({ ...idmap, mapsMounts: false });
    ids?.claim.release();
  });

  test('are those of the host with mode none', () => {
    const extensions = { userNamespace: { mode: 'none' as const } };
    expect(claimUserIds({ uuid: UUID, extensions }, sources())).toBeUndefined();
  });
});
