/** `virtainer console`. */
import { StringDecoder } from 'node:string_decoder';
import { attachConsole } from '../attach-console.js';
import { defineCommand } from '../command.js';
import { write } from '../io.js';
import { toJson } from '../printer.js';
import { parseCount } from '../units.js';

export const console = defineCommand({
  name: 'console',
  summary: 'attach the terminal to a console of a container; ^] leaves it',
  positionals: ['NAME'],
  options: { dev: { type: 'string', value: 'N', help: 'position of the console (0)' } },
  async run({ io, json, quiet, findDomain }, { values: { dev = '0' }, positionals: [name = ''] }) {
    const index = parseCount('dev', dev);
    const domain = await findDomain(name);
    const console = await domain.openConsole({ index });
    if (io.stdin.isTTY && !json && !quiet) {
      await write(io.stderr, `Connected to domain '${domain.name}'\nEscape character is ^] (Ctrl + ])\n`);
    }
    const decoder = new StringDecoder('utf8');
    return attachConsole(io, console, (bytes) =>
      json ? toJson({ type: 'output', text: decoder.write(bytes) }) : bytes,
    );
  },
});
