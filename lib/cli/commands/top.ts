/** `virtainer top`. */
import type { ContainerProcess } from '../../index.js';
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { formatBareTable } from '../table.js';
import { formatBytes } from '../units.js';

const HEADER = ['USER', 'PID', 'PPID', 'HPID', '%CPU', 'RSS', 'STATE', 'TIME', 'COMMAND'];

export const top = defineCommand({
  name: 'top',
  summary: 'print the processes of a running domain, with their numbers inside and on the host (HPID)',
  positionals: ['NAME'],
  options: {},
  async run({ print, quiet, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const processes = await domain.listProcesses();
    const now = Date.now();
    const rows = processes.map((process) => formatRow(process, now));
    await print.answer(formatBareTable(quiet ? rows : [HEADER, ...rows]), { ...identify(domain), processes });
    return 0;
  },
});

/** CPU as ps has it: of one CPU, since the process began. */
function formatRow(process: ContainerProcess, now: number): readonly string[] {
  const { uid, pid, parent, hostPid, cpuTimeNs, rssKiB, state, argv, name } = process;
  const lifeMs = Math.max(now - process.startedAt.getTime(), 1);
  return [
    ...[uid, pid, parent, hostPid].map(String),
    ((Number(cpuTimeNs) / 1e6 / lifeMs) * 100).toFixed(1),
    formatBytes(rssKiB * 1024),
    state,
    formatTime(cpuTimeNs),
    argv.length > 0 ? argv.join(' ') : `[${name}]`,
  ];
}

/** `1:02:03`. */
function formatTime(ns: bigint): string {
  const seconds = Number(ns / 1_000_000_000n);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const parts = [Math.floor(minutes / 60), minutes % 60, rest];
  return parts.map((part, index) => String(part).padStart(index === 0 ? 1 : 2, '0')).join(':');
}
