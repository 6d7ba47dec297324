import { open } from 'virtainer';
import { describeDriver } from './contract.js';
import { Scratch } from './rootfs.js';
import { removeAll } from './suite.js';

const skip = process.getuid?.() === 0 ? undefined : 'containers need root';
const scratch = skip === undefined ? new Scratch() : undefined;

function need(): Scratch {
  if (!scratch) throw new Error(skip);
  return scratch;
}

describeDriver(
  'lxc',
  (options) => open(`lxc:///embed?root=${need().state}`, options),
  (name) => need().makeDefinition(name),
  { shared: true, skip },
);

// Also when tests have failed half-way: no container outlives this file.
afterAll(async () => {
  if (!scratch) return;
  try {
    await using connection = await open(`lxc:///embed?root=${scratch.state}`);
    await removeAll(connection);
  } finally {
    scratch.remove();
  }
});
