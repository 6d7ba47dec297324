/** `virtainer destroy`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const destroy = defineCommand({
  name: 'destroy',
  summary: 'kill a container at once',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    await domain.destroy();
    await print.done(`Domain '${domain.name}' destroyed`, identify(domain));
    return 0;
  },
});
