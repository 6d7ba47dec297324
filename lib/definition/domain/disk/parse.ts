/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import type { Draft } from '../../plain/compact.js';
import type { ElementReader } from '../../xml/index.js';
import { parseDeviceInfo } from '../device-info.js';
import { parseKept } from '../kept.js';
import { parseDiskDriver } from './driver.js';
import { parseDiskIotune } from './iotune.js';
import { parseDiskBlockio, parseDiskGeometry } from './parts.js';
import { DISK_TYPES, KEPT_IN_DISK, KEPT_IN_SOURCE, onlyLocal } from './source.js';
import type { Disk } from './types.js';

export function parseDisk(disk: ElementReader): Draft<Disk> {
  const type = onlyLocal(disk.attribute('type').oneOf(DISK_TYPES) ?? 'file');
  const source = disk.child('source');
  const text = (name: string): string | undefined => disk.attribute(name).text();
  return {
    type,
    device: text('device'),
    model: text('model'),
    rawio: disk.attribute('rawio').yesNo(),
    sgio: text('sgio'),
    snapshot: text('snapshot'),
    driver: parseDiskDriver(disk),
    source: source?.attribute(type === 'block' ? 'dev' : 'file').text(),
    startupPolicy: source?.attribute('startupPolicy').text(),
    backenddomain: disk.child('backenddomain')?.attribute('name').text(),
    geometry: parseDiskGeometry(disk),
    blockio: parseDiskBlockio(disk),
    ...parseTarget(disk.child('target')),
    iotune: parseDiskIotune(disk),
    ...parseFlags(disk),
    serial: disk.value('serial').text(),
    wwn: disk.value('wwn').text(),
    vendor: disk.value('vendor').text(),
    product: disk.value('product').text(),
    kept: parseKeptParts(disk, source),
    ...parseDeviceInfo(disk),
  };
}

function parseTarget(
  target: ElementReader | undefined,
): Pick<Draft<Disk>, 'target' | 'bus' | 'tray' | 'removable' | 'rotationRate'> {
  return {
    // Xen's prefix of old.
    target: target
      ?.attribute('dev')
      .text()
      ?.replace(/^ioemu:/u, ''),
    bus: target?.attribute('bus').text(),
    tray: target?.attribute('tray').text(),
    removable: target?.attribute('removable').onOff(),
    rotationRate: target?.attribute('rotation_rate').unsignedInteger(),
  };
}

function parseFlags(
  disk: ElementReader,
): Pick<Draft<Disk>, 'readonly' | 'shareable' | 'transient' | 'transientShareBacking'> {
  const transient = disk.child('transient');
  return {
    readonly: disk.child('readonly') !== undefined,
    shareable: disk.child('shareable') !== undefined,
    transient: transient !== undefined,
    transientShareBacking: transient?.attribute('shareBacking').yesNo(),
  };
}

/** libvirt prints `<encryption>` where it found it; here it has one place. */
function parseKeptParts(disk: ElementReader, source: ElementReader | undefined): Draft<Disk['kept']> {
  const ofSource = source && parseKept(source, [...KEPT_IN_SOURCE, 'encryption']);
  const ofDisk = parseKept(disk, KEPT_IN_DISK);
  return [...(ofSource ?? []), ...ofDisk];
}
