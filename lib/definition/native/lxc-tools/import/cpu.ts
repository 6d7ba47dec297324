/** CPU time and CPUs, in both generations of cgroups. */
import { sharesOf, type Cputune, type Numatune } from '../../../domain/index.js';
import { compactOrNothing } from '../../../plain/compact.js';
import type { Config, Entry } from '../config.js';
import { wholeNumber, words } from '../values.js';

export function importCputune(config: Config): Cputune | undefined {
  const v1 = 'lxc.cgroup.cpu';
  const max = readMax(config.first('lxc.cgroup2.cpu.max'));
  const weight = optionalNumber(config.first('lxc.cgroup2.cpu.weight'));
  return compactOrNothing({
    shares:
      optionalNumber(config.first(`${v1}.shares`)) ?? (weight === undefined ? undefined : sharesOf(weight)),
    quotaMicroseconds: optionalNumber(config.first(`${v1}.cfs_quota_us`)) ?? max.quota,
    periodMicroseconds: optionalNumber(config.first(`${v1}.cfs_period_us`)) ?? max.period,
  });
}

export function importCpuset(config: Config): string | undefined {
  return config.first('lxc.cgroup.cpuset.cpus', 'lxc.cgroup2.cpuset.cpus')?.value;
}

export function importNumatune(config: Config): Numatune | undefined {
  const nodeset = config.first('lxc.cgroup.cpuset.mems', 'lxc.cgroup2.cpuset.mems')?.value;
  return nodeset === undefined ? undefined : { memory: { mode: 'strict', placement: 'static', nodeset } };
}

function optionalNumber(entry: Entry | undefined): number | undefined {
  return entry && wholeNumber(entry.value);
}

/** `QUOTA PERIOD`; the quota may be `max`. */
function readMax(entry: Entry | undefined): { readonly quota?: number; readonly period?: number } {
  if (!entry) return {};
  const [quota = 'max', period] = words(entry.value);
  return {
    quota: quota === 'max' ? -1 : wholeNumber(quota),
    ...(period === undefined ? {} : { period: wholeNumber(period) }),
  };
}
