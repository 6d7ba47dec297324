/** Which devices of the host a definition gives, and what is refused before anything is started. */
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { completeDomain, parseDomain } from '../../../../../lib/definition/domain/index.js';
import {
  numbersOf,
  resolveHostNodes,
  type HostNode,
} from '../../../../../lib/lxc/security/devices/host-nodes.js';
import { HOST } from '../../../definition/documents.js';
import { failureOf } from '../../../definition/failure.js';

const folder = mkdtempSync(join(tmpdir(), 'virtainer-nodes-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function nodesOf(devices: string): HostNode[] {
  const xml = `<domain type='lxc'><name>web</name><memory>65536</memory>
    <os><type>exe</type><init>/bin/sh</init></os><devices>${devices}</devices></domain>`;
  return resolveHostNodes(completeDomain(parseDomain(xml), HOST));
}

const misc = (path: string): string =>
  `<hostdev mode='capabilities' type='misc'><source><char>${path}</char></source></hostdev>`;
const storage = (path: string): string =>
  `<hostdev mode='capabilities' type='storage'><source><block>${path}</block></source></hostdev>`;
const disk = (path: string, target = 'vda', more = ''): string =>
  `<disk type='block'><source dev='${path}'/><target dev='${target}'/>${more}</disk>`;

/** A block device of this host, if there is one. */
const block = readdirSync('/dev')
  .map((name) => `/dev/${name}`)
  .find((path) => statSync(path, { throwIfNoEntry: false })?.isBlockDevice() === true);
const itWithBlock = block === undefined ? it.skip : it;

describe('the devices of a definition', () => {
  it('are none where it names none', () => {
    expect(nodesOf('')).toEqual([]);
  });

  it('are at the same path inside', () => {
    expect(nodesOf(misc('/dev/full'))).toEqual([
      {
        kind: 'c',
        major: 1,
        minor: 7,
        path: '/dev/full',
        readonly: false,
        origin: "<hostdev type='misc'> '/dev/full'",
      },
    ]);
    expect(nodesOf(misc('/dev//./full'))[0]).toMatchObject({ path: '/dev/full', minor: 7 });
  });

  itWithBlock('are block devices under the name of the disk’s target', () => {
    const [node] = nodesOf(disk(block ?? '', 'sdb', '<readonly/>'));
    expect(node).toMatchObject({
      kind: 'b',
      path: '/dev/sdb',
      readonly: true,
      origin: "<disk> target 'sdb'",
    });
    expect(nodesOf(storage(block ?? ''))).toMatchObject([{ kind: 'b', path: block, readonly: false }]);
  });

  itWithBlock('are found through links on the host: the device counts', () => {
    const link = join(folder, 'by-name');
    symlinkSync(block ?? '', link);
    const numbers = numbersOf(statSync(block ?? '', { bigint: true }).rdev);
    expect(nodesOf(disk(link))).toMatchObject([{ ...numbers, path: '/dev/vda' }]);
  });
});

describe('what is refused', () => {
  writeFileSync(join(folder, 'file'), '');
  it.each([
    ['a missing source', misc('/dev/nothing'), "<hostdev type='misc'> '/dev/nothing': source '/dev/nothing' must be a character device: /dev/nothing: no such file or directory"],
    ['a file as a disk', disk(join(folder, 'file')), "<disk> target 'vda': source "],
    ['a character device as a disk', disk('/dev/zero'), "<disk> target 'vda': source '/dev/zero' must be a block device"],
    ['a character device as storage', storage('/dev/zero'), "source '/dev/zero' must be a block device"],
    ['a file as misc', misc('/dev/..x'), 'must be a character device'],
    ['a device outside of /dev', misc('/srv/null'), "<hostdev type='misc'> '/srv/null': a device of the host can only be below /dev"],
    ['/dev itself', misc('/dev'), 'only be below /dev'],
    ['a directory in it', misc('/dev/'), "source '/dev/' must be a character device"],
    ['a path through a device', misc('/dev/full/x'), 'must be a character device: /dev/full/x: not a directory'],
    ['a terminal of the host', misc('/dev/pts/0'), '/dev/pts/0 belongs to the container itself'],
    ['a console of the host', misc('/dev/tty1'), '/dev/tty1 belongs to the container itself'],
    ['the console', misc('/dev/console'), 'belongs to the container itself'],
    ['something in shm', misc('/dev/shm/x'), 'belongs to the container itself'],
    ['an empty cdrom', "<disk type='block' device='cdrom'><source startupPolicy='optional'/><target dev='hda'/></disk>", "<disk> target 'hda': Can't setup disk without media"],
  ])('%s', (_, devices, message) => {
    expect(failureOf(() => nodesOf(devices))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: expect.stringContaining(message) as unknown,
    });
  }); // prettier-ignore

  itWithBlock('one device both read-only and not: the rules are about devices, not about nodes', () => {
    const devices = disk(block ?? '', 'vda', '<readonly/>') + disk(block ?? '', 'vdb');
    expect(failureOf(() => nodesOf(devices))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: "<disk> target 'vdb': it is the same device as <disk> target 'vda', and only one is read-only",
    });
    expect(nodesOf(disk(block ?? '', 'vda') + disk(block ?? '', 'vdb'))).toHaveLength(2);
  });

  it('two devices at one path', () => {
    expect(failureOf(() => nodesOf(misc('/dev/full') + misc('/dev//full')))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message:
        "<hostdev type='misc'> '/dev//full': /dev/full is already the device of <hostdev type='misc'> '/dev/full'",
    });
  });
});

test('device numbers are taken apart as the kernel puts them together', () => {
  const encode = (major: bigint, minor: bigint): bigint =>
    ((major & 0xfffff000n) << 32n) |
    ((major & 0xfffn) << 8n) |
    ((minor & 0xffffff00n) << 12n) |
    (minor & 0xffn);
  const number = fc.bigInt({ min: 0n, max: 0xffffffffn });
  fc.assert(
    fc.property(number, number, (major, minor) => {
      expect(numbersOf(encode(major, minor))).toEqual({ major: Number(major), minor: Number(minor) });
    }),
  );
});
