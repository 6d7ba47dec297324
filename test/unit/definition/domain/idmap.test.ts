import { checkDomainDefinition, parseDomain } from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

type Entry = readonly [start: unknown, target: unknown, count: unknown];

const xml = (uids: readonly Entry[], gids: readonly Entry[]): string => {
  const print = (name: string, entries: readonly Entry[]): string =>
    entries
      .map(
        ([start, target, count]) =>
          `<${name} start='${String(start)}' target='${String(target)}' count='${String(count)}'/>`,
      )
      .join('');
  return domainXml({ rest: `<idmap>${print('gid', gids)}${print('uid', uids)}</idmap>` });
};
const typed = (uids: readonly Entry[], gids: readonly Entry[]): object => {
  const object = ([start, target, count]: Entry): object => ({ start, target, count });
  return { ...MINIMAL, idmap: { uids: uids.map(object), gids: gids.map(object) } };
};
const ROOT: Entry = [0, 100_000, 1000];
const INVALID = /^XML_ERROR invalid idmap start\/target\/count settings/;

describe('<idmap>', () => {
  it('is read from both forms, sorted by start', () => {
    const uids: Entry[] = [[1000, 5, 1], ROOT];
    const expected = {
      uids: [
        { start: 0, target: 100_000, count: 1000 },
        { start: 1000, target: 5, count: 1 },
      ],
      gids: [{ start: 0, target: 100_000, count: 1000 }],
    };
    expect(parseDomain(xml(uids, [ROOT])).idmap).toEqual(expected);
    expect(checkDomainDefinition(typed(uids, [ROOT])).idmap).toEqual(expected);
  });

  it('that is empty is none', () => {
    expect(parseDomain(xml([], []))).toEqual(MINIMAL);
    expect(checkDomainDefinition(typed([], []))).toEqual(MINIMAL);
  });

  it('takes the whole range of ids, and 340 entries', () => {
    const most = Array.from({ length: 340 }, (_, index): Entry => [index, index + 5, 1]);
    expect(parseDomain(xml(most, [[0, 0, 0xffff_ffff]])).idmap?.uids).toHaveLength(340);
  });

  it.each<[string, readonly Entry[], readonly Entry[], RegExp]>([
    ['users without groups', [ROOT], [], /^CONFIG_UNSUPPORTED uid and gid should be mapped both/],
    ['groups without users', [], [ROOT], /^CONFIG_UNSUPPORTED uid and gid should be mapped both/],
    [
      'no root user',
      [[1, 5, 1]],
      [ROOT],
      /^CONFIG_UNSUPPORTED You must map the root user of container: no <uid/,
    ],
    [
      'no root group',
      [ROOT],
      [[1, 5, 1]],
      /^CONFIG_UNSUPPORTED You must map the root user of container: no <gid/,
    ],
    ['an empty range', [[0, 5, 0]], [ROOT], INVALID],
    ['ids beyond 32 bits inside', [ROOT, [0xffff_fffe, 5, 2]], [ROOT], INVALID],
    ['ids beyond 32 bits outside', [[0, 0xffff_ffff, 1]], [ROOT], INVALID],
    ['an id of the container twice', [ROOT, [999, 5, 1]], [ROOT], INVALID],
    ['an id of the host twice', [ROOT, [1000, 100_999, 1]], [ROOT], INVALID],
    [
      'more than 340 entries',
      Array.from({ length: 341 }, (_, index): Entry => [index, index, 1]),
      [ROOT],
      /^INVALID_ARG Too many id mappings defined\./,
    ],
  ])('refuses %s in both forms', (_, uids, gids, expected) => {
    expect(describeFailure(() => parseDomain(xml(uids, gids)))).toMatch(expected);
    expect(describeFailure(() => checkDomainDefinition(typed(uids, gids)))).toMatch(expected);
  });

  it('refuses what is no number, and what is missing', () => {
    expect(describeFailure(() => parseDomain(xml([['x', 0, 1]], [ROOT])))).toMatch(
      /^XML_ERROR attribute 'start' of <uid>/,
    );
    expect(
      describeFailure(() => parseDomain(domainXml({ rest: "<idmap><uid start='0'/></idmap>" }))),
    ).toMatch(INVALID);
    expect(describeFailure(() => checkDomainDefinition(typed([[0, 1.5, 1]], [ROOT])))).toMatch(
      /^INVALID_ARG/,
    );
  });
});
