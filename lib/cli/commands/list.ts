/** `virtainer list`. */
import { VirtError, type Connection, type Domain, type StateAndReason } from '../../index.js';
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { formatBareTable, formatTable } from '../table.js';
import { stateWord } from '../words.js';

interface Row extends StateAndReason {
  readonly name: string;
  readonly uuid: string;
  readonly id: number | null;
  readonly persistent: boolean;
  readonly autostart: boolean;
}

export const list = defineCommand({
  name: 'list',
  summary: 'list the domains, only the active ones unless told otherwise',
  positionals: [],
  options: {
    all: { type: 'boolean', help: 'active and inactive ones' },
    inactive: { type: 'boolean', help: 'only inactive ones' },
    name: { type: 'boolean', help: 'print only names' },
    uuid: { type: 'boolean', help: 'print only uuids' },
  },
  async run({ print, connect, quiet }, { values: { all, inactive, name, uuid } }) {
    const rows = await readRows(await connect(), all ? undefined : !inactive);
    const short = (row: Row): string => [...(uuid ? [row.uuid] : []), ...(name ? [row.name] : [])].join(' ');
    const text = name || uuid ? rows.map((row) => `${short(row)}\n`).join('') : formatRows(rows, quiet);
    await print.answer(text, { domains: rows });
    return 0;
  },
});

function formatRows(rows: readonly Row[], quiet: boolean): string {
  const cells = rows.map(({ id, name, state }) => [String(id ?? '-'), name, stateWord(state)]);
  return quiet ? formatBareTable(cells) : `${formatTable(['Id', 'Name', 'State'], cells)}\n`;
}

/** Active ones by id, then the others by name, as virsh. */
async function readRows(connection: Connection, active: boolean | undefined): Promise<Row[]> {
  const domains = await connection.listAllDomains(active === undefined ? {} : { active });
  const rows = (await Promise.all(domains.map(readRow))).filter((row) => row !== undefined);
  return rows.sort((a, b) => (a.id ?? Infinity) - (b.id ?? Infinity) || (a.name < b.name ? -1 : 1));
}

/** Undefined when the domain has gone since it was listed. */
async function readRow(domain: Domain): Promise<Row | undefined> {
  try {
    const state = await domain.getState();
    const [persistent, autostart] = await Promise.all([domain.isPersistent(), domain.getAutostart()]);
    return { ...identify(domain), ...state, persistent, autostart };
  } catch (error) {
    if (error instanceof VirtError && error.code === 'NO_DOMAIN') return undefined;
    throw error;
  }
}
