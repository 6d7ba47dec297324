import {
  completeDomain,
  checkDomainDefinition,
  type Filesystem,
} from '../../../../lib/definition/domain/index.js';
import { planFilesystems } from '../../../../lib/lxc/plan/filesystems.js';
import { refuseUnsafe } from '../../../../lib/lxc/plan/refusals.js';
import { Plan } from '../../../../lib/lxc/plan/steps.js';
import { HOST, MINIMAL } from '../../definition/documents.js';
import { describeFailure } from '../../definition/failure.js';

const ROOT: Filesystem = { type: 'mount', source: '/srv/root', target: '/' };
const complete = (...filesystems: Filesystem[]): ReturnType<typeof completeDomain> =>
  completeDomain(
    checkDomainDefinition({ ...MINIMAL, devices: { filesystems, consoles: [{ type: 'pty' }] } }),
    HOST,
  );

const UNKNOWN: readonly Filesystem[] = [
  { type: 'block', source: '/dev/loop0', target: '/a' },
  { type: 'file', source: '/a.img', target: '/a' },
  { type: 'template', source: 'small', target: '/a' },
  { type: 'volume', pool: 'p', volume: 'v', target: '/a' },
];

describe('a filesystem that no step mounts', () => {
  it.each(UNKNOWN)(
    'of type $type is refused before a start, and is never skipped in a plan',
    (filesystem) => {
      const { type } = filesystem;
      const expected = `CONFIG_UNSUPPORTED Cannot mount filesystem type ${type}: <filesystem type='${type}'> target '/a'`;
      const definition = complete(ROOT, filesystem);
      const check = (): void => {
        refuseUnsafe(definition, []);
      };
      const plan = (): void => {
        planFilesystems(new Plan('run'), definition);
      };
      expect(describeFailure(check)).toBe(expected);
      expect(describeFailure(plan)).toBe(expected);
    },
  );

  it.each(UNKNOWN)('of type $type is refused as root', (filesystem) => {
    const check = (): void => {
      refuseUnsafe(complete({ ...filesystem, target: '/' }), []);
    };
    expect(describeFailure(check)).toMatch(/^CONFIG_UNSUPPORTED Unsupported root filesystem type: /);
  });
});
