/** `virtainer undefine`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const undefine = defineCommand({
  name: 'undefine',
  summary: 'remove the stored definition of a domain',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    await domain.undefine();
    await print.done(`Domain '${domain.name}' has been undefined`, identify(domain));
    return 0;
  },
});
