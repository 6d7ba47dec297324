/** Shares of the processor's cache and memory bandwidth. @see https://libvirt.org/formatdomain.html#cpu-tuning */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal, unknownValue } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { formatCpuset, requireCpuset } from '../cpuset.js';

export const CACHE_TYPES = ['both', 'code', 'data'] as const;
export type CacheType = (typeof CACHE_TYPES)[number];

export interface Cachetune {
  /** Numbers of CPUs. */
  readonly vcpus: string;
  readonly caches?: readonly CacheAllocation[];
  readonly monitors?: readonly CacheMonitor[];
}
export interface CacheAllocation {
  readonly id: number;
  readonly level: number;
  readonly type: CacheType;
  readonly sizeKiB: number;
}
export interface CacheMonitor {
  readonly level: number;
  readonly vcpus: string;
}
export interface Memorytune {
  /** Numbers of CPUs. */
  readonly vcpus: string;
  readonly nodes?: readonly MemoryBandwidth[];
  readonly monitors?: readonly MemoryMonitor[];
}
export interface MemoryBandwidth {
  readonly id: number;
  /** Percent, or MB a second: as the host has it. */
  readonly bandwidth: number;
}
export interface MemoryMonitor {
  readonly vcpus: string;
}
/** Kept, without effect. */
export interface CpuResources {
  readonly cachetunes?: readonly Cachetune[];
  readonly memorytunes?: readonly Memorytune[];
}

export function parseResources(cputune: ElementReader): Draft<CpuResources> {
  return {
    cachetunes: cputune.children('cachetune').map(parseCachetune),
    memorytunes: cputune.children('memorytune').map(parseMemorytune),
  };
}

function parseCachetune(cachetune: ElementReader): Draft<Cachetune> {
  // Given to running domains only; libvirt drops it as well.
  cachetune.attribute('id');
  return {
    vcpus: cachetune.attribute('vcpus').text(),
    caches: cachetune.children('cache').map((cache) => ({
      id: cache.attribute('id').unsignedInteger(),
      level: cache.attribute('level').unsignedInteger(),
      type: cache.attribute('type').text(),
      sizeKiB: cache.attribute('size').sizeKiB(cache.attribute('unit').text()),
    })),
    monitors: cachetune.children('monitor').map((monitor) => ({
      level: monitor.attribute('level').unsignedInteger(),
      vcpus: monitor.attribute('vcpus').text(),
    })),
  };
}

function parseMemorytune(memorytune: ElementReader): Draft<Memorytune> {
  return {
    vcpus: memorytune.attribute('vcpus').text(),
    nodes: memorytune.children('node').map((node) => ({
      id: node.attribute('id').unsignedInteger(),
      bandwidth: node.attribute('bandwidth').unsignedInteger(),
    })),
    monitors: memorytune.children('monitor').map((monitor) => ({ vcpus: monitor.attribute('vcpus').text() })),
  };
}

export function checkResources(own: Fields): CpuResources {
  return compact({
    cachetunes: own.list('cachetunes', (cachetune) =>
      compact({
        vcpus: vcpusOf(cachetune, 'cachetune'),
        caches: cachetune.list('caches', checkCache),
        monitors: cachetune.list('monitors', (monitor) =>
          compact({
            level: numberOf(monitor, 'level', 'monitor'),
            vcpus: vcpusOf(monitor, 'monitor'),
          }),
        ),
      }),
    ),
    memorytunes: own.list('memorytunes', (memorytune) =>
      compact({
        vcpus: vcpusOf(memorytune, 'memorytune'),
        nodes: memorytune.list('nodes', (node) =>
          compact({ id: numberOf(node, 'id', 'node'), bandwidth: numberOf(node, 'bandwidth', 'node') }),
        ),
        monitors: memorytune.list('monitors', (monitor) => compact({ vcpus: vcpusOf(monitor, 'monitor') })),
      }),
    ),
  });
}

function checkCache(cache: Fields): CacheAllocation {
  const given = cache.string('type') ?? '';
  const type = CACHE_TYPES.find((item) => item === given);
  if (type === undefined) throw unknownValue("value for attribute 'type' of <cache>", given, CACHE_TYPES);
  return compact({
    id: numberOf(cache, 'id', 'cache'),
    level: numberOf(cache, 'level', 'cache'),
    type,
    sizeKiB: numberOf(cache, 'sizeKiB', 'cache', 'size'),
  });
}

function vcpusOf(fields: Fields, name: string): string {
  return formatCpuset(requireCpuset(fields.string('vcpus'), { attribute: 'vcpus', element: name }));
}

function numberOf(fields: Fields, key: string, name: string, attribute = key): number {
  const value = fields.unsignedInteger(key);
  if (value === undefined)
    throw refusal('XML_ERROR', `Missing attribute '${attribute}' in element <${name}>`);
  return value;
}

export function formatResources({ cachetunes = [], memorytunes = [] }: CpuResources): OutputElement[] {
  return [
    ...cachetunes.map(({ vcpus, caches = [], monitors = [] }) =>
      element('cachetune', { vcpus }, [
        ...caches.map(formatCache),
        ...monitors.map((monitor) => element('monitor', { level: monitor.level, vcpus: monitor.vcpus })),
      ]),
    ),
    ...memorytunes.map(({ vcpus, nodes = [], monitors = [] }) =>
      element('memorytune', { vcpus }, [
        ...nodes.map(({ id, bandwidth }) => element('node', { id, bandwidth })),
        ...monitors.map((monitor) => element('monitor', { vcpus: monitor.vcpus })),
      ]),
    ),
  ];
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** libvirt prints the largest unit that leaves a whole number. */
function formatCache({ id, level, type, sizeKiB }: CacheAllocation): OutputElement {
  const power = UNITS.findLastIndex((_, index) => sizeKiB > 0 && sizeKiB % 1024 ** index === 0);
  const index = Math.max(power, 0);
  return element('cache', { id, level, type, size: sizeKiB / 1024 ** index, unit: UNITS[index] });
}
