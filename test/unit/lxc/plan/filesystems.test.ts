import {
  completeDomain,
  checkDomainDefinition,
  type Filesystem,
} from '../../../../lib/definition/domain/index.js';
import { refuseUnsafe } from '../../../../lib/lxc/plan/refusals.js';
import { refuseUnsupported } from '../../../../lib/lxc/plan/unsupported.js';
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
  it.each(UNKNOWN)('of type $type is refused before a start: no plan can have it', (filesystem) => {
    expect(
      describeFailure(() => {
        refuseUnsupported(complete(ROOT, filesystem), HOST);
      }),
    ).toMatch(`CONFIG_UNSUPPORTED <filesystem type='${filesystem.type}'> target '/a': not supported`);
  });

  it.each(UNKNOWN)('of type $type is refused as root', (filesystem) => {
    const check = (): void => {
      refuseUnsafe(complete({ ...filesystem, target: '/' }), []);
    };
    expect(describeFailure(check)).toMatch(/^CONFIG_UNSUPPORTED Unsupported root filesystem type: /);
  });
});
