/** `virtainer resume`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const resume = defineCommand({
  name: 'resume',
  summary: 'let a frozen container go on',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    await domain.resume();
    await print.done(`Domain '${domain.name}' resumed`, identify(domain));
    return 0;
  },
});
