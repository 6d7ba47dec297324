/** what the kernel tells about the host, with and without the masks over it. */
import { join } from 'node:path';
import { useArena } from '../arena.js';
import { describeAttacks } from '../harness.js';
import { evidenceOf } from '../lines.js';

describeAttacks('secrets', (attacks) => {
  const { everywhere, lines } = useArena(attacks, 'secrets');

  everywhere('A-065, A-066', 'masked files and directories, in 23 ways', {
    program: 'secrets',
    args: () => ['masks'],
  });

  // What it was given is named in its table of mounts, but nothing of how it is run.
  everywhere('A-067', 'who the host is', {
    program: 'secrets',
    args: () => ['identity', join(attacks.world().directory, 'run')],
    teeth: false,
  });
  attacks.teeth('A-067', 'a folder that was given is named', async () =>
    evidenceOf(await lines('weakened', 'secrets', 'identity', attacks.world().directory)),
  );
});
