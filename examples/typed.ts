/** The same without XML: a typed definition, and a transient domain that is gone when it stops. */
import { VirtError, createHostRoot, open, type DomainDefinition } from 'virtainer';

async function main(): Promise<void> {
  await using root = await createHostRoot();
  await using connection = await open();
  const definition: DomainDefinition = {
    type: 'lxc',
    name: 'typed',
    memoryKiB: 64 * 1024,
    os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
    features: { capabilities: { policy: 'deny', states: { chown: 'on' } } },
    devices: { filesystems: root.filesystems, consoles: [{ type: 'pty' }] },
  };
  const domain = await connection.createDomain(definition);
  try {
    await domain.exec(['no-such-program']);
  } catch (error) {
    if (error instanceof VirtError) console.log(error.code, error.errno, error.message);
  }
  await domain.destroy();
  console.log(await connection.listAllDomains());
}

void main();
