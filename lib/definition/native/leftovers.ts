/** Elements that no native format has. */
import { EXTENSION_ELEMENTS, keptName, type DomainDefinition, type Extensions } from '../domain/index.js';
import type { ElementReport } from './unmapped.js';

/** The element to report when the property is there; `undefined` where each format has a place for it. */
const ELEMENTS: Readonly<Record<keyof DomainDefinition, string | undefined>> = {
  type: undefined,
  name: undefined,
  uuid: 'uuid',
  genid: 'genid',
  title: 'title',
  description: 'description',
  metadata: 'metadata',
  extensions: undefined,
  memoryKiB: undefined,
  currentMemoryKiB: 'currentMemory',
  memoryDumpCore: 'memory',
  blkiotune: undefined,
  memtune: undefined,
  memoryBacking: 'memoryBacking',
  vcpus: 'vcpu',
  cpuset: undefined,
  vcpuPlacement: 'vcpu',
  cputune: undefined,
  numatune: undefined,
  resource: 'resource',
  os: undefined,
  idmap: undefined,
  features: undefined,
  clock: 'clock',
  onPoweroff: 'on_poweroff',
  onReboot: 'on_reboot',
  onCrash: 'on_crash',
  onLockfailure: 'on_lockfailure',
  devices: undefined,
  seclabels: undefined,
  lxcNamespace: undefined,
  kept: undefined,
};

/** Reports what neither format can say; defaults say nothing. */
export function reportLeftovers(definition: DomainDefinition, report: ElementReport): void {
  for (const [property, element] of Object.entries(ELEMENTS)) {
    if (element !== undefined && property in definition && !isDefault(definition, property)) {
      report.add(element);
    }
  }
  for (const xml of definition.kept ?? []) report.add(keptName(xml));
  report.rest('features', definition.features, ['privnet', 'capabilities', 'kept']);
  for (const xml of definition.features?.kept ?? []) report.add(`features/${keptName(xml)}`);
  for (const xml of definition.devices?.kept ?? []) report.add(`devices/${keptName(xml)}`);
}

/** Path of an element of the package's own. */
export function extensionElement(property: keyof Extensions): string {
  return `metadata/virtainer:domain/virtainer:${EXTENSION_ELEMENTS[property]}`;
}

/** Extensions other than those converted. */
export function reportExtensions(
  { extensions }: DomainDefinition,
  report: ElementReport,
  converted: readonly (keyof Extensions)[],
): void {
  for (const property of Object.keys(EXTENSION_ELEMENTS) as (keyof Extensions)[]) {
    const isLeft = extensions !== undefined && property in extensions;
    if (isLeft && !converted.includes(property)) report.add(extensionElement(property));
  }
}

function isDefault(definition: DomainDefinition, property: string): boolean {
  const { memoryKiB, currentMemoryKiB, vcpus, vcpuPlacement, clock } = definition;
  switch (property) {
    case 'currentMemoryKiB':
      return currentMemoryKiB === memoryKiB || currentMemoryKiB === 0;
    case 'vcpus':
      return vcpus === 1;
    case 'vcpuPlacement':
      return vcpuPlacement === 'static';
    case 'clock':
      return clock?.offset === 'utc' && clock.timers === undefined && clock.adjustment === undefined;
    case 'onPoweroff':
      return definition.onPoweroff === 'destroy';
    case 'onReboot':
      return definition.onReboot === 'restart';
    case 'onCrash':
      return definition.onCrash === 'destroy';
    default:
      return false;
  }
}
