/** Lifecycle events, as a listener and as an async iterator. */
import { createHostRoot, open } from 'virtainer';

async function main(): Promise<void> {
  await using root = await createHostRoot();
  await using connection = await open();
  connection.on('lifecycle', ({ domain, event, detail }) => {
    console.log(`listener: ${domain} ${event} ${detail}`);
  });
  const events = connection.events();
  await connection.createDomain({
    type: 'lxc',
    name: 'short',
    memoryKiB: 64 * 1024,
    os: { type: 'exe', init: '/bin/sh', initargs: ['-c', 'exit 3'] },
    devices: { filesystems: root.filesystems, consoles: [{ type: 'pty' }] },
  });
  for await (const event of events) {
    if (event.type !== 'lifecycle') continue;
    console.log(`iterator: ${event.sequence} ${event.event}`, event.exit ?? '');
    if (event.event === 'stopped') break;
  }
}

void main();
