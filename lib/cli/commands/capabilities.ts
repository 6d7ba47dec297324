/** `virtainer capabilities`. */
import { defineCommand } from '../command.js';

export const capabilities = defineCommand({
  name: 'capabilities',
  summary: 'print what the host offers as XML',
  positionals: [],
  options: {},
  async run({ print, connect }) {
    const connection = await connect();
    await print.answer(await connection.getCapabilitiesXML(), await connection.getCapabilities());
    return 0;
  },
});
