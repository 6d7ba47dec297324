/** Limits that hold, and can be changed while a container runs; and what it uses. */
import { createHostRoot, open } from 'virtainer';

async function main(): Promise<void> {
  await using root = await createHostRoot();
  await using connection = await open();
  const domain = await connection.createDomain({
    type: 'lxc',
    name: 'limited',
    memoryKiB: 64 * 1024,
    cputune: { shares: 512, quotaMicroseconds: 50_000 },
    extensions: { pids: { limit: 16 } },
    os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
    devices: { filesystems: root.filesystems, consoles: [{ type: 'pty' }] },
  });
  await domain.setMemory(32 * 1024);
  console.log(await domain.getMemoryParameters());

  // It wants all the memory that there is.
  const hog = await domain.exec(['tail', '/dev/zero']);
  console.log('the hog ended by', hog.signal, 'and the domain is', (await domain.getState()).state);

  for await (const { memory, pids } of domain.watchStats({ intervalMs: 100 })) {
    console.log(
      `peak ${memory?.peakKiB} of ${memory?.limitKiB} KiB, ${pids?.current} of ${pids?.limit} processes`,
    );
    await domain.destroy();
  }
}

void main();
