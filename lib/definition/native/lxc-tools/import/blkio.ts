/** Block I/O, in both generations of cgroups. */
import { quote } from '../../../../errors.js';
import type { Blkiotune, BlkiotuneDevice } from '../../../domain/index.js';
import { refusal } from '../../../refusal.js';
import type { Config, Entry } from '../config.js';
import { wholeNumber, words } from '../values.js';

type Limit = Exclude<keyof BlkiotuneDevice, 'path'>;
type Limits = Partial<Record<Limit, number>>;

/** Files of the first generation, below `lxc.cgroup.blkio.`, and libvirt's words for them. */
const FILES: ReadonlyMap<string, readonly [limit: Limit, what: string]> = new Map([
  ['device_weight', ['weight', 'device weight']],
  ['weight_device', ['weight', 'device weight']],
  ['throttle.read_bps_device', ['readBytesSec', 'read_bps_device']],
  ['throttle.write_bps_device', ['writeBytesSec', 'write_bps_device']],
  ['throttle.read_iops_device', ['readIopsSec', 'read_iops_device']],
  ['throttle.write_iops_device', ['writeIopsSec', 'write_iops_device']],
]);
/** Words of `io.max`. */
const IO_MAX: ReadonlyMap<string, Limit> = new Map([
  ['rbps', 'readBytesSec'],
  ['wbps', 'writeBytesSec'],
  ['riops', 'readIopsSec'],
  ['wiops', 'writeIopsSec'],
]);
const V1 = 'lxc.cgroup.blkio.';

export function importBlkiotune(config: Config): Blkiotune | undefined {
  const devices = new Devices();
  const weight = config.first(`${V1}weight`);
  for (const entry of config.below(V1)) {
    const [limit, what] = FILES.get(entry.key.slice(V1.length)) ?? [];
    if (limit === undefined) continue;
    config.take(entry);
    const [device, value] = twoWords(entry);
    devices.of(device)[limit] = wholeNumber(value, `failed to parse ${what}`);
  }
  const unified = importWeights(config, devices);
  importIoMax(config, devices);
  const total = weight ? wholeNumber(weight.value) : unified;
  if (total === undefined && devices.isEmpty) return undefined;
  return { ...(total === undefined ? {} : { weight: total }), devices: devices.list() };
}

/** `100`, `default 100` or `8:0 200`. */
function importWeights(config: Config, devices: Devices): number | undefined {
  let common: number | undefined;
  for (const entry of config.all('lxc.cgroup2.io.weight', 'lxc.cgroup2.io.bfq.weight')) {
    const [first = '', second] = words(entry.value);
    if (second === undefined) common = wholeNumber(first);
    else if (first === 'default') common = wholeNumber(second);
    else devices.of(first).weight = wholeNumber(second);
  }
  return common;
}

/** `8:0 rbps=1048576 wiops=max`. */
function importIoMax(config: Config, devices: Devices): void {
  for (const entry of config.all('lxc.cgroup2.io.max')) {
    const [device = '', ...limits] = words(entry.value);
    for (const text of limits) {
      const [word = '', value = ''] = text.split('=');
      const limit = IO_MAX.get(word);
      if (limit === undefined) throw invalid(entry);
      if (value !== 'max') devices.of(device)[limit] = wholeNumber(value, `failed to parse ${word}`);
    }
  }
}

function twoWords(entry: Entry): readonly [string, string] {
  const [device, value] = words(entry.value);
  if (device === undefined || value === undefined) throw invalid(entry);
  return [device, value];
}

function invalid({ key, value }: Entry): Error {
  return refusal('INTERNAL_ERROR', `invalid ${key} value: ${quote(value)}`);
}

/** Limits of each device, in the order in which they come. */
class Devices {
  readonly #limits = new Map<string, Limits>();

  get isEmpty(): boolean {
    return this.#limits.size === 0;
  }

  of(device: string): Limits {
    const known = this.#limits.get(device) ?? {};
    this.#limits.set(device, known);
    return known;
  }

  list(): readonly BlkiotuneDevice[] {
    return [...this.#limits].map(([device, limits]) => ({ path: `/dev/block/${device}`, ...limits }));
  }
}
