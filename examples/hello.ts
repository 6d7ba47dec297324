/** A container from domain XML: define, start, run commands, stop. */
import { createHostRoot, open } from 'virtainer';

async function main(): Promise<void> {
  await using root = await createHostRoot();
  await using connection = await open();
  const domain = await connection.defineDomain(`<domain type='lxc'>
    <name>hello</name>
    <memory unit='MiB'>64</memory>
    <os><type>exe</type><init>/bin/sh</init></os>
    <devices>
      <filesystem type='mount'><source dir='${root.directory}'/><target dir='/'/></filesystem>
      <filesystem type='mount'><source dir='/usr'/><target dir='/usr'/><readonly/></filesystem>
      <console type='pty'/>
    </devices>
  </domain>`);
  await domain.create();
  const { stdout, exitCode } = await domain.exec(['/bin/uname', '-n']);
  console.log(stdout, exitCode);
  for await (const line of domain.exec(['/bin/ls', '/'])) console.log(line);
  await domain.shutdown();
  await domain.undefine();
}

void main();
