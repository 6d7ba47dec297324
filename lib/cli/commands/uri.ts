/** `virtainer uri`. */
import { defineCommand } from '../command.js';

export const uri = defineCommand({
  name: 'uri',
  summary: 'print the canonical URI of the connection',
  positionals: [],
  options: {},
  async run({ print, connect }) {
    const text = await (await connect()).getURI();
    await print.answer(text, { uri: text });
    return 0;
  },
});
