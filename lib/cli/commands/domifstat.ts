/** `virtainer domifstat`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { printable } from '../printable.js';
import { interfaceKeys, keyLines } from '../stats-keys.js';

export const domifstat = defineCommand({
  name: 'domifstat',
  summary: 'print the traffic of an interface of a running domain, by its name inside',
  positionals: ['NAME', 'INTERFACE'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = '', device = ''] }) {
    const domain = await findDomain(name);
    const stats = await domain.interfaceStats(device);
    const text = keyLines(interfaceKeys(stats), (key, value) => `${printable(device)} ${key} ${value}`);
    await print.answer(text, { ...stats, ...identify(domain), interface: device });
    return 0;
  },
});
