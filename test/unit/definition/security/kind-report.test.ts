/** What is told of a kind that a definition names. */
import {
  KIND_DEFAULTS,
  KINDS_BY_TRUST,
  type SecurityReport,
} from '../../../../lib/definition/security/index.js';
import { report } from './reporting.js';

describe('a kind with a name', () => {
  const named = (kind: string, init = '/bin/app', more = ''): SecurityReport =>
    report({ init, extensions: `<virtainer:security kind='${kind}'/>${more}` });
  const told = ({ relaxed }: SecurityReport): readonly string[] =>
    relaxed.map(({ protection, element }) => `${protection} ${element}`);

  test('that gives more than what the container looks like is told at each wall that it lowers', () => {
    const lowered = named('booted');
    expect(lowered.isolated).toBe(false);
    expect(told(lowered)).toEqual(
      ['capabilities', 'noNewPrivs', 'seccomp', 'limits'].map(
        (protection) => `${protection} <virtainer:security kind='booted'>`,
      ),
    );
    expect(told(named('systemd'))).not.toContain("noNewPrivs <virtainer:security kind='systemd'>");
  });

  test.each([
    ['the one it looks like', 'booted', '/sbin/init'],
    ['one that gives less', 'generic', '/sbin/init'],
    ['one that may do nothing', 'chroot', '/bin/app'],
  ])('%s: no relaxation', (_name, kind, init) => {
    expect(named(kind, init)).toMatchObject({ isolated: true, relaxed: [] });
  });

  test('what is taken back is not told', () => {
    const back = "<virtainer:noNewPrivs state='on'/><virtainer:pids limit='10'/>";
    expect(named('booted', '/bin/app', back).relaxed.map(({ protection }) => protection)).toEqual([
      'capabilities',
      'seccomp',
    ]);
  });

  test('each kind has at least what those before it have', () => {
    for (const [index, kind] of KINDS_BY_TRUST.slice(1).entries()) {
      const before = KIND_DEFAULTS[KINDS_BY_TRUST[index] ?? kind];
      const { capabilities, pids } = KIND_DEFAULTS[kind];
      expect(capabilities).toEqual(expect.arrayContaining([...before.capabilities]));
      expect(pids).toBeGreaterThan(before.pids);
    }
    expect(KINDS_BY_TRUST.toSorted()).toEqual(Object.keys(KIND_DEFAULTS).toSorted());
  });
});
