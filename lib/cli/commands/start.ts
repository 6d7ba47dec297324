/** `virtainer start`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const start = defineCommand({
  name: 'start',
  summary: 'start a domain that is off',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    await domain.create();
    await print.done(`Domain '${domain.name}' started`, identify(domain));
    return 0;
  },
});
