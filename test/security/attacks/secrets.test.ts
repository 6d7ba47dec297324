/** what the kernel tells about the host, with and without the masks over it. */
import { readFileSync } from 'node:fs';
import { useArena } from '../arena.js';
import { describeAttacks } from '../harness.js';

describeAttacks('secrets', (attacks) => {
  const { everywhere } = useArena(attacks, 'secrets');

  everywhere('A-065, A-066', 'masked files and directories, in 23 ways', {
    program: 'secrets',
    args: () => ['masks'],
  });

  // Its root is on a file system of the host, but where is nothing that the container has to know.
  everywhere('A-067', 'who the host is', {
    program: 'secrets',
    args: () => ['identity', attacks.world().directory, readFileSync('/proc/uptime', 'utf8').split(' ')[0] ?? '0'],
  });
});
