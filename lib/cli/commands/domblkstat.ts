/** `virtainer domblkstat`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { printable } from '../printable.js';
import { keyLines, type Key } from '../stats-keys.js';

export const domblkstat = defineCommand({
  name: 'domblkstat',
  summary: 'print the block I/O of a running domain, with one device of the host or with all together',
  positionals: ['NAME', '[DEVICE]'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = '', device = ''] }) {
    const domain = await findDomain(name);
    const { readRequests, readBytes, writeRequests, writeBytes } = await domain.blockStats(device);
    const keys: readonly Key[] = [
      ['rd_req', readRequests],
      ['rd_bytes', readBytes],
      ['wr_req', writeRequests],
      ['wr_bytes', writeBytes],
    ];
    const before = device === '' ? '' : `${printable(device)} `;
    await print.answer(
      keyLines(keys, (key, value) => `${before}${key} ${value}`),
      {
        ...identify(domain),
        ...(device === '' ? {} : { device }),
        ...{ readRequests, readBytes, writeRequests, writeBytes },
      },
    );
    return 0;
  },
});
