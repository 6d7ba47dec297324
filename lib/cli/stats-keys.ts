/** Statistics as virsh names them, `key=value`; names of our own where it has none. */
import type {
  BlockDeviceStats,
  CpuStats,
  DomainStats,
  InterfaceStats,
  MemoryStats,
  NamedInterfaceStats,
  PidsStats,
  PressureStats,
} from '../index.js';
import { DOMAIN_STATES, STATE_REASONS } from '../index.js';
import { printable } from './printable.js';

/** A value that is not there is not counted by this host. */
export type Key = readonly [name: string, value: bigint | number | string | undefined];

/** One line for each value that is known; key and value are put together by `line`. */
export function keyLines(keys: readonly Key[], line: (name: string, value: string) => string): string {
  return keys
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${line(name, printable(String(value)))}\n`)
    .join('');
}

/** What virsh dommemstat prints, and more. `rss` and `swap_in` are what libvirt-lxc puts there. */
export function memoryKeys(memory: MemoryStats): readonly Key[] {
  return [
    ['actual', memory.actualKiB],
    ['swap_in', memory.swapKiB],
    ['rss', memory.usageKiB],
    ['minor_fault', memory.minorFaults],
    ['major_fault', memory.majorFaults],
    ['limit', memory.limitKiB],
    ['peak', memory.peakKiB],
    ['working_set', memory.workingSetKiB],
    ['anon', memory.rssKiB],
    ['cache', memory.cacheKiB],
    ['kernel', memory.kernelKiB],
    ['oom_kill', memory.oomKills],
  ];
}

/** What virsh domifstat prints. */
export function interfaceKeys(stats: InterfaceStats): readonly Key[] {
  return [
    ['rx_bytes', stats.rxBytes],
    ['rx_packets', stats.rxPackets],
    ['rx_errs', stats.rxErrors],
    ['rx_drop', stats.rxDropped],
    ['tx_bytes', stats.txBytes],
    ['tx_packets', stats.txPackets],
    ['tx_errs', stats.txErrors],
    ['tx_drop', stats.txDropped],
  ];
}

/** What virsh domstats prints of a state. */
export function stateKeys({ state, reason }: DomainStats): readonly Key[] {
  const reasons: Readonly<Record<string, Readonly<Record<string, number>>>> = STATE_REASONS;
  return [
    ['state.state', DOMAIN_STATES[state]],
    ['state.reason', reasons[state]?.[reason] ?? 0],
  ];
}

/** What virsh domstats prints of a group, in its order. */
export function groupKeys(stats: DomainStats): readonly Key[] {
  const { cpu, memory, interface: interfaces, block, pids, pressure } = stats;
  return [
    ...(cpu ? cpuKeys(cpu) : []),
    ...(memory ? balloonKeys(memory) : []),
    ...(interfaces ? netKeys(interfaces) : []),
    ...(block ? blockKeys(block) : []),
    ...(pids ? pidsKeys(pids) : []),
    ...(pressure ? pressureKeys(pressure) : []),
  ];
}

function cpuKeys({ cpuTimeNs, userTimeNs, systemTimeNs, throttling }: CpuStats): readonly Key[] {
  return [
    ['cpu.time', cpuTimeNs],
    ['cpu.user', userTimeNs],
    ['cpu.system', systemTimeNs],
    ['cpu.throttling.periods', throttling?.periods],
    ['cpu.throttling.throttled', throttling?.throttledPeriods],
    ['cpu.throttling.time', throttling?.throttledTimeNs],
  ];
}

function balloonKeys(memory: MemoryStats): readonly Key[] {
  return memoryKeys(memory).map(([name, value]) => [
    `balloon.${name === 'actual' ? 'current' : name}`,
    value,
  ]);
}

function netKeys(interfaces: readonly NamedInterfaceStats[]): readonly Key[] {
  return [
    ['net.count', interfaces.length],
    ...interfaces.flatMap((stats, index): readonly Key[] => [
      [`net.${index}.name`, stats.name],
      ...directionKeys(`net.${index}.rx`, [stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDropped]),
      ...directionKeys(`net.${index}.tx`, [stats.txBytes, stats.txPackets, stats.txErrors, stats.txDropped]),
    ]),
  ];
}

function directionKeys(prefix: string, values: readonly bigint[]): readonly Key[] {
  return ['bytes', 'pkts', 'errs', 'drop'].map((name, index) => [`${prefix}.${name}`, values[index]]);
}

function blockKeys(devices: readonly BlockDeviceStats[]): readonly Key[] {
  return [
    ['block.count', devices.length],
    ...devices.flatMap((stats, index): readonly Key[] => [
      [`block.${index}.name`, stats.device],
      [`block.${index}.rd.reqs`, stats.readRequests],
      [`block.${index}.rd.bytes`, stats.readBytes],
      [`block.${index}.wr.reqs`, stats.writeRequests],
      [`block.${index}.wr.bytes`, stats.writeBytes],
    ]),
  ];
}

function pidsKeys({ current, limit, peak, refusals }: PidsStats): readonly Key[] {
  return [
    ['pids.current', current],
    ['pids.limit', limit],
    ['pids.peak', peak],
    ['pids.refusals', refusals],
  ];
}

function pressureKeys(pressure: PressureStats): readonly Key[] {
  return (['cpu', 'memory', 'io'] as const).flatMap((resource) =>
    (['some', 'full'] as const).flatMap((part): readonly Key[] => {
      const stats = pressure[resource]?.[part];
      const prefix = `pressure.${resource}.${part}`;
      return [
        [`${prefix}.avg10`, stats?.avg10],
        [`${prefix}.avg60`, stats?.avg60],
        [`${prefix}.avg300`, stats?.avg300],
        [`${prefix}.total`, stats?.totalUs],
      ];
    }),
  );
}
