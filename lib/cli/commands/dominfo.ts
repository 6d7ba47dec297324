/** `virtainer dominfo`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { formatFields } from '../table.js';
import { exitWords, stateWord } from '../words.js';

export const dominfo = defineCommand({
  name: 'dominfo',
  summary: 'print what is known of a domain',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const [info, state, osType, persistent, autostart] = await Promise.all([
      domain.getInfo(),
      domain.getState(),
      domain.getOSType(),
      domain.isPersistent(),
      domain.getAutostart(),
    ]);
    const { lastExit } = state;
    const text = formatFields([
      ['Id', String(domain.id ?? '-')],
      ['Name', domain.name],
      ['UUID', domain.uuid],
      ['OS Type', osType],
      ['State', stateWord(info.state)],
      ['CPU(s)', String(info.vcpus)],
      ...(domain.id === null ? [] : [['CPU time', seconds(info.cpuTimeNs)] as const]),
      ['Max memory', `${info.maxMemoryKiB} KiB`],
      ['Used memory', `${info.memoryKiB} KiB`],
      ['Persistent', persistent ? 'yes' : 'no'],
      ['Autostart', autostart ? 'enable' : 'disable'],
      ['Managed save', 'no'],
      ...(lastExit ? [['Last exit', exitWords(lastExit)] as const] : []),
    ]);
    await print.answer(text, { ...identify(domain), osType, ...state, ...info, persistent, autostart });
    return 0;
  },
});

function seconds(ns: bigint): string {
  const tenths = ns / 100_000_000n;
  return `${tenths / 10n}.${tenths % 10n}s`;
}
