/** `virtainer autostart`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const autostart = defineCommand({
  name: 'autostart',
  summary: 'start a domain with the host',
  positionals: ['NAME'],
  options: { disable: { type: 'boolean', help: 'no longer start it with the host' } },
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const enable = !values.disable;
    const domain = await findDomain(name);
    await domain.setAutostart(enable);
    const done = enable ? 'marked as autostarted' : 'unmarked as autostarted';
    await print.done(`Domain '${domain.name}' ${done}`, { ...identify(domain), autostart: enable });
    return 0;
  },
});
