/** `virtainer suspend`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const suspend = defineCommand({
  name: 'suspend',
  summary: 'freeze a container',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    await domain.suspend();
    await print.done(`Domain '${domain.name}' suspended`, identify(domain));
    return 0;
  },
});
