/** `virtainer define`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { readSource } from '../read-source.js';

export const define = defineCommand({
  name: 'define',
  summary: 'store a domain from an XML file; - reads stdin',
  positionals: ['FILE'],
  options: { validate: { type: 'boolean', help: 'refuse elements and attributes that are not known' } },
  async run({ io, print, connect }, { values, positionals: [file = ''] }) {
    const connection = await connect();
    const domain = await connection.defineDomain(await readSource(io, file), {
      validate: values.validate ?? false,
    });
    await print.done(`Domain '${domain.name}' defined from ${file}`, identify(domain));
    return 0;
  },
});
