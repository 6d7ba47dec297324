/** `virtainer domstats`. */
import type { DomainStats, StatsGroup } from '../../index.js';
import { defineCommand, type Context, type OptionTable, type OptionValues } from '../command.js';
import { groupKeys, keyLines, stateKeys, type Key } from '../stats-keys.js';

const OPTIONS = {
  state: { type: 'boolean', help: 'state and why' },
  'cpu-total': { type: 'boolean', help: 'CPU time and throttling' },
  balloon: { type: 'boolean', help: 'memory' },
  vcpu: { type: 'boolean', help: 'number of CPUs' },
  interface: { type: 'boolean', help: 'traffic of network interfaces' },
  block: { type: 'boolean', help: 'block I/O' },
  pids: { type: 'boolean', help: 'processes and threads' },
  pressure: { type: 'boolean', help: 'share of the time in which processes had to wait' },
} as const satisfies OptionTable;

type Wanted = OptionValues<typeof OPTIONS>;

const GROUPS = {
  'cpu-total': 'cpu',
  balloon: 'memory',
  interface: 'interface',
  block: 'block',
  pids: 'pids',
  pressure: 'pressure',
} as const satisfies Partial<Record<keyof Wanted, StatsGroup>>;

export const domstats = defineCommand({
  name: 'domstats',
  summary: 'print statistics of running domains: all of them, or those that are named',
  positionals: ['[NAME...]'],
  options: OPTIONS,
  async run(context, { values, positionals }) {
    const isAll = !Object.keys(OPTIONS).some((option) => values[option as keyof Wanted]);
    const groups = Object.entries(GROUPS)
      .filter(([option]) => isAll || values[option as keyof typeof GROUPS])
      .map(([, group]) => group);
    const domains = await readStats(context, positionals, groups);
    const show = { state: isAll || values.state === true, vcpu: isAll || values.vcpu === true };
    await context.print.answer(domains.map((stats) => format(stats, show)).join(''), { domains });
    return 0;
  },
});

async function readStats(
  { connect, findDomain }: Context,
  names: readonly string[],
  groups: readonly StatsGroup[],
): Promise<readonly DomainStats[]> {
  if (names.length === 0) return (await connect()).getAllDomainStats({ groups });
  return Promise.all(names.map(async (name) => (await findDomain(name)).getStats({ groups })));
}

function format(stats: DomainStats, show: { readonly state: boolean; readonly vcpu: boolean }): string {
  const keys: readonly Key[] = [
    ...(show.state ? stateKeys(stats) : []),
    ...groupKeys(stats),
    ...(show.vcpu ? [['vcpu.current', stats.vcpus] as const] : []),
  ];
  return `Domain: '${stats.name}'\n${keyLines(keys, (key, value) => `  ${key}=${value}`)}\n`;
}
