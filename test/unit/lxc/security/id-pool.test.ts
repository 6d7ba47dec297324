import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { VirtError } from '../../../../lib/errors.js';
import { idCandidates, poolSize, readIdPool, type IdPool } from '../../../../lib/lxc/security/id-pool.js';
import { IDS_PER_CONTAINER } from '../../../../lib/lxc/security/id-range.js';
import { readHostIds } from '../../../../lib/lxc/security/subordinate-ids.js';
import { describeFailure, failureOf } from '../../definition/failure.js';

const folder = mkdtempSync(join(tmpdir(), 'virtainer-etc-'));
let count = 0;
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder with these files; what is not given is not there. */
function etc(files: Readonly<Partial<Record<'subuid' | 'subgid' | 'passwd' | 'group', string>>>): string {
  const path = join(folder, String(count++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}
const both = (text: string): string => etc({ subuid: text, subgid: text });
const pool = (path: string, env: NodeJS.ProcessEnv = {}) => readIdPool({ etc: path, env });

describe('ranges for containers come from', () => {
  const given = both('root:1000000:131072\n');

  it('the option, before anything else', () => {
    const idRange = { start: 200_000, count: 65_536 };
    const read = readIdPool({ idRange, etc: given, env: { VIRTAINER_ID_RANGE: '300000:65536' } });
    expect(read).toMatchObject({ ranges: [idRange], origin: "option 'idRange'" });
  });

  it('then the environment, where an empty variable is none', () => {
    const read = pool(given, { VIRTAINER_ID_RANGE: '300000:65536' });
    expect(read).toMatchObject({
      ranges: [{ start: 300_000, count: 65_536 }],
      origin: 'VIRTAINER_ID_RANGE',
    });
    expect(pool(given, { VIRTAINER_ID_RANGE: '' }).ranges).toEqual([{ start: 1_000_000, count: 131_072 }]);
    expect(describeFailure(() => pool(given, { VIRTAINER_ID_RANGE: 'many' }))).toMatch(
      /^INVALID_ARG VIRTAINER_ID_RANGE must be START:COUNT, not 'many'/,
    );
  });

  it('then the entries of root, or of user 0, that are in both files', () => {
    expect(
      readHostIds(
        etc({
          subuid: 'root:1000000:65536\nroot:2000000:65536\n0:3000000:70000\nroot:4000000:65536',
          subgid: 'root:4000000:65537\n0:3000000:70000\nroot:1000000:65536\nalice:2000000:65536\n',
        }),
      ).root,
    ).toEqual([
      { start: 1_000_000, count: 65_536 },
      { start: 3_000_000, count: 70_000 },
    ]);
  });

  it('entries that follow on each other as if they were one', () => {
    expect(readHostIds(both('root:100000:40000\nroot:140000:40000\nroot:500000:65535\n')).root).toEqual([
      { start: 100_000, count: 80_000 },
    ]);
  });

  it.each([
    ['no files', etc({})],
    ['empty files', both('')],
    ['entries of others only', both('alice:100000:65536\n')],
    ['entries that are too short', both('root:100000:65535\n')],
    ['an entry in one file only', etc({ subuid: 'root:100000:65536\n' })],
  ])('the default with %s', (_, path) => {
    expect(pool(path)).toMatchObject({
      ranges: [{ start: 524_288, count: 1_879_048_192 - 524_288 }],
      origin: 'the default range',
    });
    expect(poolSize(pool(path))).toBe(28_664);
  });
});

describe('lines of others that say nothing', () => {
  it.each([
    ['an empty line', ''],
    ['a comment', '# nothing'],
    ['too few fields', 'alice:100000'],
    ['too many fields', 'alice:100000:65536:7'],
    ['a negative start', 'alice:-1:65536'],
    ['a negative count', 'alice:100000:-65536'],
    ['no ids', 'alice:100000:0'],
    ['a start beyond 32 bits', 'alice:4294967296:1'],
    ['an end beyond 32 bits', 'alice:4294967295:2'],
    ['a number of many digits', `alice:${'9'.repeat(400)}:65536`],
    ['white space', 'alice: 100000:65536'],
    ['a carriage return', 'alice:100000:65536\r'],
    ['a NUL in a number', 'alice:100000\0:65536'],
    ['a long name', `${'a'.repeat(2000)}:100000:65536`],
    ['a mebibyte', ':'.repeat(2 ** 20)],
    ['a mebibyte of digits', `alice:${'1'.repeat(2 ** 20)}:1`],
    ['bytes that are no text', '\u00ff\u00fe\u0000\u0080'],
  ])('are passed over: %s', (_, line) => {
    const path = both(`${line}\nbob:700000:65536\n${line}`);
    expect(readHostIds(path)).toEqual({ root: [], others: [{ start: 700_000, count: 65_536 }] });
  });

  it('are refused when they are root’s, with the line', () => {
    const error = failureOf(() => readHostIds(etc({ subgid: 'bob:1:1\nroot:1000000:4294967295\n' })));
    expect(error).toMatchObject({
      code: 'CONF_SYNTAX',
      path: expect.stringMatching(/subgid$/u) as unknown,
      message: expect.stringMatching(/subgid, line 2: root's entry/u) as unknown,
    });
    for (const line of ['root:-1:65536', 'root:', 'root:1:0', '0:a:b', `root:${'1'.repeat(2 ** 20)}:1`]) {
      expect(describeFailure(() => readHostIds(both(line)))).toMatch(/^CONF_SYNTAX .*line 1/);
    }
  });

  it('never make reading fail otherwise', () => {
    const field = fc.oneof(
      fc.constantFrom('root', '0', 'a', '', '65536', '-1'),
      fc.string(),
      fc.bigInt().map(String),
    );
    const text = fc
      .array(fc.array(field, { maxLength: 5 }).map((fields) => fields.join(':')))
      .map((lines) => lines.join('\n'));
    const path = etc({});
    fc.assert(
      fc.property(text, text, text, (subuid, subgid, passwd) => {
        for (const [name, content] of Object.entries({ subuid, subgid, passwd })) {
          writeFileSync(join(path, name), content);
        }
        try {
          for (const { start, count: length } of readHostIds(path).others) {
            expect(start + length).toBeLessThanOrEqual(2 ** 32);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(VirtError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('a file that can’t be read is an error, not an empty one', () => {
  const path = etc({});
  mkdirSync(join(path, 'subuid'));
  expect(failureOf(() => readHostIds(path))).toMatchObject({ code: 'SYSTEM_ERROR', errno: 'EISDIR' });
});

function firstOf(read: IdPool, uuid: string): number | undefined {
  for (const base of idCandidates(read, uuid)) return base;
  return undefined;
}

describe('ranges that a domain may be given', () => {
  const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';

  it('are all of the pool, each once, beginning at a place of the domain’s own', () => {
    const read = pool(both('root:1000000:655360\nroot:5000000:200000\n'));
    const bases = [...idCandidates(read, UUID)];
    expect(new Set(bases).size).toBe(13);
    expect(bases).toHaveLength(13);
    expect([...idCandidates(read, UUID)]).toEqual(bases);
    expect(bases.every((base) => (base - 1_000_000) % 65_536 === 0 || base >= 5_000_000)).toBe(true);
    const firsts = Array.from({ length: 200 }, (_, index) => firstOf(read, `${UUID}${index}`));
    expect(new Set(firsts).size).toBe(13);
  });

  it('have no ids of other users, by whichever file', () => {
    const read = pool(
      etc({
        subuid: 'root:1000000:655360\nalice:1065535:2\n',
        subgid: 'root:1000000:655360\nbob:1200000:65536\n',
        passwd: 'carol:x:1400000:100::/home/carol:/bin/sh\nroot:x:0:0::/root:/bin/sh\n',
        group: 'staff:x:1655359:\n',
      }),
    );
    const places = [...idCandidates(read, UUID)].map((base) => (base - 1_000_000) / IDS_PER_CONTAINER);
    expect(places.toSorted((a, b) => a - b)).toEqual([2, 5, 7, 8]);
  });

  it('of the default range are next to all of it without other users', () => {
    expect([...idCandidates(pool(etc({})), UUID)]).toHaveLength(28_664);
    expect([...idCandidates(pool(both('alice:0:4294967295\n')), UUID)]).toEqual([]);
  });

  it('never overlap with others, nor leave the pool', () => {
    const entry = fc.record({
      start: fc.integer({ min: 500_000, max: 3_000_000 }),
      count: fc.integer({ min: 1, max: 200_000 }),
    });
    fc.assert(
      fc.property(fc.array(entry), entry, fc.uuid(), (others, { start, count: length }, uuid) => {
        const idRange = { start, count: length + IDS_PER_CONTAINER };
        const lines = others.map((other) => `alice:${other.start}:${other.count}`).join('\n');
        for (const base of idCandidates(readIdPool({ idRange, etc: both(lines), env: {} }), uuid)) {
          const end = base + IDS_PER_CONTAINER;
          expect(base).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(start + idRange.count);
          expect(others.filter((other) => other.start < end && base < other.start + other.count)).toEqual([]);
        }
      }),
    );
  });
});
