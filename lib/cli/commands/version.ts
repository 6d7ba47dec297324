/** `virtainer version`. */
import { defineCommand } from '../command.js';
import { formatVersion } from '../format-version.js';

export const version = defineCommand({
  name: 'version',
  summary: 'print the versions of library and kernel',
  positionals: [],
  options: {},
  async run({ print, connect }) {
    const connection = await connect();
    const type = await connection.getType();
    const library = formatVersion(await connection.getLibVersion());
    const hypervisor = formatVersion(await connection.getVersion());
    const text = `Using library: virtainer ${library}\nUsing API: ${type} ${library}\nRunning hypervisor: ${type} ${hypervisor}\n`;
    await print.answer(text, { library, type, hypervisor });
    return 0;
  },
});
