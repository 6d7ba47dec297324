/** The root, what libvirt mounts in every container, and what the definition adds. */
import { domainRoot, type DomainDefinition, type Filesystem } from '../../domain/index.js';
import type { SecurityProfile } from '../../security/index.js';
import type { ElementReport } from '../unmapped.js';
import type { OciConfig, OciMount } from './types.js';

const ELEMENT = 'devices/filesystem';

const KERNEL_OPTIONS = ['nosuid', 'noexec', 'nodev'];

const BASIC_MOUNTS: readonly OciMount[] = [
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...KERNEL_OPTIONS, 'ro'] },
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

function kernelMounts({ hidesProcesses, cgroup }: SecurityProfile): readonly OciMount[] {
  const proc = [...KERNEL_OPTIONS, ...(hidesProcesses ? ['hidepid=2'] : [])];
  const access = cgroup === 'readonly' ? 'ro' : 'rw';
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: proc },
    ...BASIC_MOUNTS,
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...KERNEL_OPTIONS, access] },
  ];
}

/** Absent when the root is nothing that a bundle can name. */
export function ociRoot(definition: DomainDefinition, report: ElementReport): OciConfig['root'] {
  const root = domainRoot(definition);
  if (root?.type === 'mount') return { path: root.source, readonly: root.readonly === true };
  report.add(ELEMENT, root ? `no root of type '${root.type}'` : 'no root: a bundle needs one');
  return undefined;
}

export function ociMounts(
  definition: DomainDefinition,
  profile: SecurityProfile,
  report: ElementReport,
): readonly OciMount[] {
  const root = domainRoot(definition);
  const filesystems = definition.devices?.filesystems ?? [];
  for (const { spaceHardLimitBytes, spaceSoftLimitBytes } of filesystems) {
    report.rest(ELEMENT, { spaceHardLimitBytes, spaceSoftLimitBytes });
  }
  const own = filesystems
    .filter((filesystem) => filesystem !== root)
    .flatMap((filesystem) => ociMount(filesystem, report));
  return [...kernelMounts(profile), ...own];
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
