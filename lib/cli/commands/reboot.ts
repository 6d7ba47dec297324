/** `virtainer reboot`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { STOP_OPTIONS, stopOptions } from '../stop-options.js';

export const reboot = defineCommand({
  name: 'reboot',
  summary: 'ask a container to reboot, and wait until it runs again',
  positionals: ['NAME'],
  options: STOP_OPTIONS,
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const options = stopOptions(values.timeout);
    const domain = await findDomain(name);
    await domain.reboot(options);
    await print.done(`Domain '${domain.name}' has been rebooted`, identify(domain));
    return 0;
  },
});
