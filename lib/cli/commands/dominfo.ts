/** `virtainer dominfo`. */
import type { Connection, Domain } from '../../index.js';
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { formatFields } from '../table.js';
import { securityFields, type Security } from '../security-fields.js';
import { exitWords, stateWord } from '../words.js';

export const dominfo = defineCommand({
  name: 'dominfo',
  summary: 'print what is known of a domain',
  positionals: ['NAME'],
  options: {},
  async run({ print, connect, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const connection = await connect();
    const [info, state, osType, persistent, autostart, security] = await Promise.all([
      domain.getInfo(),
      domain.getState(),
      domain.getOSType(),
      domain.isPersistent(),
      domain.getAutostart(),
      readSecurity(connection, domain),
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
      ...securityFields(security),
      ...(lastExit ? [['Last exit', exitWords(lastExit)] as const] : []),
    ]);
    await print.answer(text, {
      ...identify(domain),
      osType,
      ...state,
      ...info,
      persistent,
      autostart,
      ...(security ? { security } : {}),
    });
    return 0;
  },
});

/** Undefined on a host that labels nothing. */
async function readSecurity(connection: Connection, domain: Domain): Promise<Security | undefined> {
  const { model, doi } = await connection.getSecurityModel();
  if (model === '') return undefined;
  const label = await domain.getSecurityLabel();
  return { model, doi, ...(label ? { label } : {}) };
}

function seconds(ns: bigint): string {
  const tenths = ns / 100_000_000n;
  return `${tenths / 10n}.${tenths % 10n}s`;
}
