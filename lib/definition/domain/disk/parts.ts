/** The elements of a disk that say something of a real one: printed, without effect. */
import { compactOrNothing, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { GEOMETRY_TRANSLATIONS, type DiskBlockio, type DiskGeometry } from './types.js';

export function parseDiskGeometry(disk: ElementReader): Draft<DiskGeometry> | undefined {
  const geometry = disk.child('geometry');
  return (
    geometry && {
      cyls: geometry.attribute('cyls').unsignedInteger(),
      heads: geometry.attribute('heads').unsignedInteger(),
      secs: geometry.attribute('secs').unsignedInteger(),
      trans: geometry.attribute('trans').text(),
    }
  );
}

/** As in libvirt, a geometry that lacks a dimension is none. */
export function checkDiskGeometry(fields: Fields): DiskGeometry | undefined {
  const geometry = fields.fields('geometry');
  return (
    geometry &&
    readAll(geometry, (own) => {
      const [cyls = 0, heads = 0, secs = 0] = ['cyls', 'heads', 'secs'].map((key) =>
        own.unsignedInteger(key),
      );
      const trans = own.oneOf('trans', GEOMETRY_TRANSLATIONS);
      if (cyls === 0 || heads === 0 || secs === 0) return undefined;
      return compactOrNothing({ cyls, heads, secs, trans });
    })
  );
}

export function formatDiskGeometry(geometry: DiskGeometry | undefined): OutputElement | undefined {
  if (!geometry) return undefined;
  const { cyls, heads, secs, trans } = geometry;
  return element('geometry', { cyls, heads, secs, trans });
}

export function parseDiskBlockio(disk: ElementReader): Draft<DiskBlockio> | undefined {
  const blockio = disk.child('blockio');
  return (
    blockio && {
      logicalBlockSize: blockio.attribute('logical_block_size').unsignedInteger(),
      physicalBlockSize: blockio.attribute('physical_block_size').unsignedInteger(),
    }
  );
}

export function checkDiskBlockio(fields: Fields): DiskBlockio | undefined {
  const blockio = fields.fields('blockio');
  return (
    blockio &&
    readAll(blockio, (own) =>
      compactOrNothing({
        logicalBlockSize: zeroIsNone(own.unsignedInteger('logicalBlockSize')),
        physicalBlockSize: zeroIsNone(own.unsignedInteger('physicalBlockSize')),
      }),
    )
  );
}

export function formatDiskBlockio(blockio: DiskBlockio | undefined): OutputElement | undefined {
  if (!blockio) return undefined;
  const { logicalBlockSize, physicalBlockSize } = blockio;
  return element('blockio', {
    logical_block_size: logicalBlockSize,
    physical_block_size: physicalBlockSize,
  });
}
