/** `virtainer stats`. */
import { STATS_GROUPS, VirtError, type Domain, type DomainStats, type StatsGroup } from '../../index.js';
import { defineCommand, type Context } from '../command.js';
import { usageError } from '../failure.js';
import { createRedraw } from '../redraw.js';
import { onSignals } from '../signal-forwarder.js';
import { optional } from '../parameters.js';
import { parseSeconds } from '../units.js';
import { watchUsage } from '../usage.js';
import { formatUsage } from '../usage-table.js';

const MAX_TIMER_MS = 2 ** 31 - 1;

export const stats = defineCommand({
  name: 'stats',
  summary: 'print what running domains use until interrupted: all of them, or those that are named',
  positionals: ['[NAME...]'],
  options: {
    'no-stream': { type: 'boolean', help: 'only once, after one interval' },
    interval: { type: 'string', value: 'SEC', help: 'time from one reading to the next (1)' },
  },
  async run(context, { values, positionals }) {
    const { io, print, quiet } = context;
    const once = values['no-stream'] === true;
    const intervalMs = optional(values.interval, parseInterval) ?? 1000;
    const interrupted = new AbortController();
    const restore = onSignals(io.signals, ['SIGINT', 'SIGTERM'], () => {
      interrupted.abort();
    });
    try {
      const redraw = createRedraw(io);
      const read = await createReader(context, positionals);
      let reading = 0;
      for await (const domains of watchUsage({ read, intervalMs, signal: interrupted.signal })) {
        reading += 1;
        // A single answer has to know the share of CPU, which takes two readings.
        if (once && reading === 1) continue;
        await print.answer(redraw(formatUsage(domains, { quiet })), { at: new Date(), domains });
        if (once) break;
      }
      return 0;
    } finally {
      restore();
    }
  },
});

function parseInterval(text: string): number {
  const intervalMs = parseSeconds('interval', text);
  if (intervalMs > 0 && intervalMs <= MAX_TIMER_MS) return intervalMs;
  throw usageError(`--interval must be 0.001 to ${Math.floor(MAX_TIMER_MS / 1000)}: '${text}'`, 'stats');
}

type Reader = () => Promise<readonly DomainStats[] | undefined>;

async function createReader(
  { json, connect, findDomain }: Context,
  names: readonly string[],
): Promise<Reader> {
  // The table has no room for pressure.
  const groups = STATS_GROUPS.filter((group) => json || group !== 'pressure');
  const byName = ({ name: one }: DomainStats, { name: other }: DomainStats): number => (one < other ? -1 : 1);
  if (names.length === 0) {
    const connection = await connect();
    return async () => (await connection.getAllDomainStats({ groups })).toSorted(byName);
  }
  let domains = await Promise.all(names.map(findDomain));
  let isFirst = true;
  return async () => {
    const readings = await Promise.all(
      domains.map((domain) => (isFirst ? domain.getStats({ groups }) : orEnded(domain, groups))),
    );
    domains = domains.filter((_domain, index) => readings[index] !== undefined);
    isFirst = false;
    return domains.length === 0 ? undefined : readings.filter((reading) => reading !== undefined);
  };
}

/** Undefined for a domain that has stopped since. */
async function orEnded(domain: Domain, groups: readonly StatsGroup[]): Promise<DomainStats | undefined> {
  try {
    return await domain.getStats({ groups });
  } catch (error) {
    if (error instanceof VirtError && ['OPERATION_INVALID', 'NO_DOMAIN'].includes(error.code))
      return undefined;
    throw error;
  }
}
