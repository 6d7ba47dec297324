/** `virtainer shutdown`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { STOP_OPTIONS, stopOptions } from '../stop-options.js';

export const shutdown = defineCommand({
  name: 'shutdown',
  summary: 'ask a container to stop, and wait until it is off',
  positionals: ['NAME'],
  options: STOP_OPTIONS,
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const options = stopOptions(values.timeout);
    const domain = await findDomain(name);
    await domain.shutdown(options);
    await print.done(`Domain '${domain.name}' has been shut down`, identify(domain));
    return 0;
  },
});
