/** test:///default is a driver in memory: try your own code without root and without containers. */
import { open } from 'virtainer';

async function main(): Promise<void> {
  await using connection = await open('test:///default');
  const domain = await connection.lookupDomainByName('test');
  console.log(domain.name, await domain.getState());
  const { stdout } = await domain.exec(['echo', 'no container was used']);
  console.log(stdout);
  await domain.suspend();
  console.log((await connection.listAllDomains({ state: ['paused'] })).map(({ name }) => name));
}

void main();
