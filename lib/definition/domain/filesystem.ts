/** @see https://libvirt.org/formatdomain.html#filesystems */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkAbsolutePath, isRootPath } from './paths.js';

/** Filesystem types a container can be started with so far. */
export const FILESYSTEM_TYPES = ['mount', 'ram', 'bind'] as const;
export const FILESYSTEM_ACCESSMODES = ['passthrough', 'mapped', 'squash'] as const;
/** Printed back; as in libvirt's container driver, all three act as `passthrough`. */
export type FilesystemAccessmode = (typeof FILESYSTEM_ACCESSMODES)[number];

interface FilesystemCommon {
  /** Absolute path inside the container. */
  readonly target: string;
  /** `passthrough` when absent. */
  readonly accessmode?: FilesystemAccessmode;
  readonly readonly?: boolean;
}
/** A directory of the host. */
export interface MountFilesystem extends FilesystemCommon {
  readonly type: 'mount';
  /** Absolute path on the host. */
  readonly source: string;
}
/** A new tmpfs. */
export interface RamFilesystem extends FilesystemCommon {
  readonly type: 'ram';
  /** Size limit, KiB. */
  readonly usageKiB: number;
}
/** A directory of the container itself, seen at a second place. */
export interface BindFilesystem extends FilesystemCommon {
  readonly type: 'bind';
  /** Absolute path inside the container. */
  readonly source: string;
}
/**
 * Something mounted in a container.
 * @see https://libvirt.org/formatdomain.html#filesystems
 */
export type Filesystem = MountFilesystem | RamFilesystem | BindFilesystem;

export function parseFilesystem(filesystem: ElementReader): Draft<Filesystem> {
  const type = filesystem.attribute('type').oneOf(FILESYSTEM_TYPES) ?? 'mount';
  const accessmode = filesystem.attribute('accessmode').oneOf(FILESYSTEM_ACCESSMODES);
  const source = filesystem.child('source');
  const target = filesystem.child('target')?.attribute('dir').text();
  const common = { target, accessmode, readonly: filesystem.child('readonly') !== undefined };
  if (type !== 'ram') return { type, source: source?.attribute('dir').text(), ...common };
  const unit = source?.attribute('units').text();
  return { type, usageKiB: source?.attribute('usage').sizeKiB(unit), ...common };
}

export function checkFilesystem(fields: Fields): Filesystem {
  const type = fields.requiredOneOf('type', FILESYSTEM_TYPES);
  const target = checkTarget(fields.string('target') ?? '');
  const common = {
    target,
    accessmode: fields.oneOf('accessmode', FILESYSTEM_ACCESSMODES),
    readonly: fields.boolean('readonly') === true ? true : undefined,
  };
  if (type === 'ram') return compact({ type, usageKiB: checkUsage(fields, target), ...common });
  return compact({ type, source: checkSource(fields.string('source') ?? '', target), ...common });
}

export function completeFilesystem(filesystem: Filesystem): Filesystem {
  return Object.freeze({ ...filesystem, accessmode: filesystem.accessmode ?? 'passthrough' });
}

export function formatFilesystem(filesystem: Filesystem): OutputElement {
  const source =
    filesystem.type === 'ram' ? { usage: filesystem.usageKiB, units: 'KiB' } : { dir: filesystem.source };
  return element(
    'filesystem',
    { type: filesystem.type, accessmode: filesystem.accessmode ?? 'passthrough' },
    [
      element('source', source),
      element('target', { dir: filesystem.target }),
      filesystem.readonly === true ? element('readonly') : undefined,
    ],
  );
}

/** The filesystem that is the container's root, if the definition has one. */
export function domainRoot(definition: {
  readonly devices?: { readonly filesystems?: readonly Filesystem[] };
}): Filesystem | undefined {
  return definition.devices?.filesystems?.find((filesystem) => isRootPath(filesystem.target));
}

function checkTarget(target: string): string {
  if (target === '')
    throw refusal('NO_TARGET', "missing target of <filesystem>: <target dir='...'/> is required");
  return checkAbsolutePath('<filesystem> target', target);
}

function checkSource(source: string, target: string): string {
  if (source === '') {
    throw refusal(
      'NO_SOURCE',
      `missing source of <filesystem> with target '${target}': <source dir='...'/> is required`,
    );
  }
  return checkAbsolutePath(`<filesystem> target '${target}': source`, source);
}

/** The kernel takes a size of 0 as no limit at all: it is refused like a missing one. */
function checkUsage(fields: Fields, target: string): number {
  const usageKiB = fields.unsignedInteger('usageKiB') ?? 0;
  if (usageKiB === 0) {
    throw refusal(
      'XML_ERROR',
      `missing 'usage' attribute of <source> in <filesystem type='ram'> with target '${target}'`,
    );
  }
  return usageKiB;
}
