import fc from 'fast-check';
import { optional } from './optional.js';

const path = fc.constantFrom('/a', '/srv/web & <co>', "/with 'quotes'", '/data/x');
const flag = fc.boolean();
const size = fc.integer({ min: 0, max: 2 ** 40 });
const format = fc.constantFrom('raw', 'qcow2', 'vmdk');
const some = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc.record(model, { requiredKeys: [] });

const info = {
  alias: optional(fc.constantFrom('ua-', 'ua-one_2')),
  acpiIndex: optional(fc.integer({ min: 1, max: 9 })),
};
const virtio = { iommu: flag, ats: flag, packed: flag, pagePerVq: flag };

const filesystemCommon = {
  ...info,
  target: path,
  accessmode: optional(fc.constantFrom('passthrough', 'mapped', 'squash')),
  readonly: optional(flag),
  driver: optional(
    fc.oneof(
      some(virtio),
      fc.record(
        {
          type: fc.constantFrom('path', 'loop', 'nbd'),
          format,
          wrpolicy: fc.constant('immediate'),
          ...virtio,
        },
        { requiredKeys: ['type'] },
      ),
    ),
  ),
  model: optional(fc.constantFrom('virtio', 'virtio-transitional')),
  multidevs: optional(fc.constantFrom('remap', 'forbid', 'warn')),
  fmode: optional(fc.integer({ min: 0, max: 0o777 })),
  dmode: optional(fc.integer({ min: 0, max: 0o777 })),
  spaceHardLimitBytes: optional(size),
  spaceSoftLimitBytes: optional(size),
};
const filesystem = fc.oneof(
  fc.record({
    ...filesystemCommon,
    type: fc.constantFrom('mount', 'block', 'file', 'template', 'bind'),
    source: path,
  }),
  fc.record({
    ...filesystemCommon,
    type: fc.constant('ram'),
    usageKiB: fc.integer({ min: 1, max: 2 ** 30 }),
  }),
  fc.record({ ...filesystemCommon, type: fc.constant('volume'), pool: path, volume: path }),
);

const diskCommon = {
  ...info,
  type: fc.constantFrom('block', 'file'),
  startupPolicy: optional(fc.constantFrom('mandatory', 'optional')),
  readonly: optional(flag),
  snapshot: optional(fc.constantFrom('no', 'internal', 'external', 'manual')),
  driver: optional(
    some({
      name: fc.constantFrom('loop', 'nbd'),
      type: format,
      cache: fc.constantFrom('none', 'unsafe'),
      errorPolicy: fc.constantFrom('stop', 'enospace'),
      rerrorPolicy: fc.constantFrom('stop', 'ignore'),
      io: fc.constant('io_uring'),
      copyOnRead: flag,
      discard: fc.constant('ignore'),
      iothread: fc.integer({ min: 1, max: 9 }),
      detectZeroes: fc.constantFrom('on', 'off', 'unmap'),
      queueSize: fc.integer({ min: 0, max: 9 }),
      metadataCacheMaxSizeBytes: size,
    }),
  ),
  geometry: optional(
    some({ cyls: size, heads: size, secs: size, trans: fc.constantFrom('none', 'auto', 'lba') }),
  ),
  blockio: optional(some({ logicalBlockSize: size, physicalBlockSize: size })),
  iotune: optional(some({ readBytesSec: size, writeIopsSecMax: size, sizeIopsSec: size, groupName: path })),
  shareable: optional(flag),
  transient: optional(flag),
  transientShareBacking: optional(flag),
  serial: optional(fc.constantFrom('', 'a b')),
  wwn: optional(fc.constant('0x5000c50015ea71ac')),
  vendor: optional(fc.constantFrom('', 'a&b')),
};
const disk = fc.oneof(
  fc.record({
    ...diskCommon,
    source: path,
    target: fc.constantFrom('sda', 'hdb', 'vdc', 'xvdd1', 'ubde', 'sdzz'),
  }),
  fc.record({
    ...diskCommon,
    device: fc.constant('cdrom'),
    source: optional(fc.oneof(path, fc.constant(''))),
    target: fc.constantFrom('hdc', 'sdd', 'vde'),
    tray: optional(fc.constantFrom('open', 'closed')),
  }),
);

const hostdev = fc.oneof(
  fc.record({ ...info, mode: fc.constant('capabilities'), type: fc.constant('storage'), block: path }),
  fc.record({ ...info, mode: fc.constant('capabilities'), type: fc.constant('misc'), char: path }),
  fc.record({
    ...info,
    mode: fc.constant('capabilities'),
    type: fc.constant('net'),
    interface: fc.constantFrom('eth0', 'enp3s0f1'),
    ips: fc.array(
      fc.record({
        address: fc.oneof(fc.ipV4(), fc.ipV6()),
        prefix: optional(fc.integer({ min: 0, max: 32 })),
      }),
    ),
    routes: fc.array(fc.record({ address: fc.constant('0.0.0.0'), gateway: fc.ipV4() })),
  }),
  fc.record({
    ...info,
    mode: fc.constant('subsystem'),
    type: fc.constant('usb'),
    vendorId: fc.integer({ min: 1, max: 0xffff }),
    productId: fc.integer({ min: 0, max: 0xffff }),
    startupPolicy: optional(fc.constantFrom('mandatory', 'requisite', 'optional')),
    managed: optional(flag),
  }),
);

/** Definitions of this family, with values that are hard to print. */
export const devices = fc.record({
  filesystems: fc.array(filesystem, { maxLength: 3 }),
  disks: fc.uniqueArray(disk, { maxLength: 3, selector: ({ target }) => target }),
  hostdevs: fc.array(hostdev, { maxLength: 1 }),
});
