/** The whole life of a container, with what each step took. Run by `npm run demo`, as root. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostRoot, open } from 'virtainer';

async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await action();
  console.log(`${what.padEnd(44)} ${(performance.now() - start).toFixed(1).padStart(7)} ms`);
  return result;
}

async function main(): Promise<void> {
  // Everything the demonstration makes is below these two folders, and goes with them.
  const state = await mkdtemp(join(tmpdir(), 'virtainer-demo-'));
  await using root = await createHostRoot();
  try {
    await using connection = await open(`lxc:///embed?root=${state}`);
    const xml = `<domain type='lxc'>
  <name>demo</name>
  <memory unit='MiB'>64</memory>
  <os>
    <type>exe</type>
    <init>/bin/sh</init>
    <initarg>-c</initarg>
    <initarg>echo "Hello from process $$ of $(uname -n)"; trap 'echo bye; exit' TERM; while :; do sleep 0.02; done</initarg>
  </os>
  <devices>
    <filesystem type='mount'><source dir='${root.directory}'/><target dir='/'/></filesystem>
    <filesystem type='mount'><source dir='/usr'/><target dir='/usr'/><readonly/></filesystem>
    <filesystem type='ram'><source usage='64' units='MiB'/><target dir='/tmp'/></filesystem>
    <console type='pty'/>
  </devices>
</domain>`;
    const domain = await timed('define from XML', () => connection.defineDomain(xml));
    await timed('create(): until init runs', () => domain.create());

    const { state: name, reason } = await timed('getState()', () => domain.getState());
    console.log(`  ${domain.name} is ${name} (${reason}), id ${domain.id ?? '-'}`);

    const { stdout, exitCode } = await timed('exec: uname -n', () =>
      domain.exec(['/bin/uname', '-n']).then(),
    );
    console.log(`  stdout ${JSON.stringify(stdout)}, exit code ${exitCode ?? '-'}`);
    const denied = await domain.exec([
      '/bin/sh',
      '-c',
      'touch /usr/x; ls -A /tmp /home; cat /proc/1/cgroup | head -n 1',
    ]);
    console.log(`  the host's /usr is read-only: ${denied.stderr}`);

    const { memoryKiB, maxMemoryKiB, cpuTimeNs } = await timed('getInfo()', () => domain.getInfo());
    console.log(`  ${memoryKiB} of ${maxMemoryKiB} KiB, ${Number(cpuTimeNs) / 1e6} ms of CPU time`);

    const terminal = await timed('openConsole()', () => domain.openConsole());
    const [greeting] = (await once(terminal, 'data')) as [Buffer];
    terminal.destroy();
    console.log(`  its console says: ${greeting.toString('utf8').trim()}`);

    await timed('suspend()', () => domain.suspend());
    await timed('resume()', () => domain.resume());
    await timed('shutdown(): until nothing is left', () => domain.shutdown());
    console.log(`  init ended with`, (await domain.getState()).lastExit);
    console.log(`\nits definition, every default written out:\n${await domain.getXMLDesc()}`);
    await timed('undefine()', () => domain.undefine());
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
