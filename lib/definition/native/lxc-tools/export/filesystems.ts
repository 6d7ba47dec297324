/** The root, and what is mounted below it. */
import { domainRoot, type DomainDefinition, type Filesystem } from '../../../domain/index.js';
import type { Lines } from './lines.js';

const ELEMENT = 'devices/filesystem';

export function exportFilesystems(definition: DomainDefinition, lines: Lines): void {
  const root = domainRoot(definition);
  if (root) exportRoot(root, lines);
  for (const filesystem of definition.devices?.filesystems ?? []) {
    if (filesystem !== root) exportMount(filesystem, lines);
    reportParts(filesystem, lines);
  }
}

function exportRoot(root: Filesystem, lines: Lines): void {
  const path = rootPath(root);
  if (path === undefined) {
    lines.report.add(ELEMENT, `no root of type '${root.type}'`);
    return;
  }
  lines.add(ELEMENT, 'lxc.rootfs.path', path);
  if (root.readonly === true) lines.add(ELEMENT, 'lxc.rootfs.options', 'ro');
}

function rootPath(root: Filesystem): string | undefined {
  switch (root.type) {
    case 'mount':
      return `dir:${root.source}`;
    case 'block':
      return root.source;
    case 'file': {
      const { type = 'loop', format = 'raw' } = root.driver ?? {};
      return format === 'raw' && (type === 'loop' || type === 'nbd') ? `${type}:${root.source}` : undefined;
    }
    default:
      return undefined;
  }
}

/** As libvirt: with everything mounted below the source, and a mount point made where there is none. */
function exportMount(filesystem: Filesystem, lines: Lines): void {
  const target = escape(filesystem.target.replace(/^\/+/u, ''));
  const access = filesystem.readonly === true ? 'ro' : 'rw';
  switch (filesystem.type) {
    case 'mount':
      addEntry(lines, [escape(filesystem.source), target, 'none', `rbind,${access},create=dir`]);
      break;
    case 'ram':
      addEntry(lines, ['tmpfs', target, 'tmpfs', `size=${filesystem.usageKiB}k,${access},create=dir`]);
      break;
    default:
      lines.report.add(ELEMENT, `no mount of type '${filesystem.type}'`);
  }
}

function addEntry(lines: Lines, fields: readonly string[]): void {
  lines.add(ELEMENT, 'lxc.mount.entry', [...fields, 0, 0].join(' '));
}

/** Blanks would end the field. */
function escape(path: string): string {
  return path.replaceAll(/[ \t\n\\]/gu, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** What does something beside where and what is mounted. */
function reportParts(filesystem: Filesystem, lines: Lines): void {
  const { spaceHardLimitBytes, spaceSoftLimitBytes } = filesystem;
  lines.report.rest(ELEMENT, { spaceHardLimitBytes, spaceSoftLimitBytes });
}
