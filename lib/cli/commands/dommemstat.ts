/** `virtainer dommemstat`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { keyLines, memoryKeys } from '../stats-keys.js';

export const dommemstat = defineCommand({
  name: 'dommemstat',
  summary: 'print what memory a running domain uses, KiB',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const stats = await domain.memoryStats();
    const text = keyLines(memoryKeys(stats), (key, value) => `${key} ${value}`);
    await print.answer(text, { ...identify(domain), ...stats });
    return 0;
  },
});
