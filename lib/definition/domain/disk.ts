/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

export interface Disk {
  readonly stub?: never;
}

export function parseDisk(_disk: ElementReader): Draft<Disk> {
  return {};
}

export function checkDisk(_fields: Fields): Disk {
  return {};
}

export function formatDisk(_disk: Disk): OutputElement {
  return element('disk');
}
