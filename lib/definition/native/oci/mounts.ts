/** The root, what libvirt mounts in every container, and what the definition adds. */
import { domainRoot, type DomainDefinition, type Filesystem } from '../../domain/index.js';
import type { ElementReport } from '../unmapped.js';
import type { OciConfig, OciMount } from './types.js';

const ELEMENT = 'devices/filesystem';

const BASIC_MOUNTS: readonly OciMount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'noexec', 'mode=755', 'size=64k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'nodev', 'noexec', 'mode=1777', 'size=65536k'],
  },
];

/** Absent when the root is nothing that a bundle can name. */
export function ociRoot(definition: DomainDefinition, report: ElementReport): OciConfig['root'] {
  const root = domainRoot(definition);
  if (root?.type === 'mount') return { path: root.source, readonly: root.readonly === true };
  report.add(ELEMENT, root ? `no root of type '${root.type}'` : 'no root: a bundle needs one');
  return undefined;
}

export function ociMounts(definition: DomainDefinition, report: ElementReport): readonly OciMount[] {
  const root = domainRoot(definition);
  const filesystems = definition.devices?.filesystems ?? [];
  for (const { spaceHardLimitBytes, spaceSoftLimitBytes } of filesystems) {
    report.rest(ELEMENT, { spaceHardLimitBytes, spaceSoftLimitBytes });
  }
  const own = filesystems
    .filter((filesystem) => filesystem !== root)
    .flatMap((filesystem) => ociMount(filesystem, report));
  return [...BASIC_MOUNTS, ...own];
}

function ociMount(filesystem: Filesystem, report: ElementReport): readonly OciMount[] {
  const { target: destination } = filesystem;
  const access = filesystem.readonly === true ? 'ro' : 'rw';
  switch (filesystem.type) {
    case 'mount':
      return [{ destination, type: 'bind', source: filesystem.source, options: ['rbind', 'rslave', access] }];
    case 'ram': {
      const options = ['nosuid', 'nodev', `size=${filesystem.usageKiB}k`, access];
      return [{ destination, type: 'tmpfs', source: 'tmpfs', options }];
    }
    default:
      report.add(ELEMENT, `no mount of type '${filesystem.type}'`);
      return [];
  }
}
