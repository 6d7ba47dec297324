/** Consoles of real containers. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleStream, Domain } from '../../lib/index.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

describeAsRoot(`consoles of real containers${SKIP_REASON}`, () => {
  const world = useWorld();

  async function readUntil(console: ConsoleStream, text: string): Promise<string> {
    let output = '';
    for await (const chunk of console.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      output += chunk.toString('utf8');
      if (output.includes(text)) return output;
    }
    return output;
  }
  const shell = (): Promise<Domain> =>
    world().connection.createDomain(world().define({ init: ['/bin/bash', '--norc'], os: { initenv: [{ name: 'PS1', value: '$ ' }] }, consoles: 2 })); // prettier-ignore

  test('a shell as init answers on its console, and the terminal is its controlling one', async () => {
    const domain = await shell();
    const console = await domain.openConsole();
    console.write('tty; ps -o tty= -p $$; echo do"ne"\n');
    const output = await readUntil(console, '\r\ndone');
    expect(output).toContain('/dev/pts/0\r\n');
    expect(output).toContain('\npts/0');
    console.destroy();
    await domain.destroy();
  });

  test('several readers each get the whole output, a late one too', async () => {
    const domain = await world().connection.createDomain(
      world().define({ init: ['/bin/sh', '-c', 'read go; seq 20000; echo THE END; exec sleep infinity'] }),
    );
    const readers = await Promise.all([domain.openConsole(), domain.openConsole(), domain.openConsole()]);
    const outputs = readers.map((reader) => readUntil(reader, 'THE END'));
    readers[0].write('\n');
    const texts = await Promise.all(outputs);
    const expected = Array.from({ length: 20000 }, (_, index) => `${index + 1}\r\n`).join('') + 'THE END';
    for (const text of texts) expect(text).toContain(expected);
    const late = await domain.openConsole();
    expect(await readUntil(late, 'THE END')).toContain(expected);
    for (const reader of [...readers, late]) reader.destroy();
    const log = readFileSync(join(world().directory, 'log', `${domain.uuid}.console.log`), 'utf8');
    expect(log).toContain(expected);
    expect(statSync(join(world().directory, 'log', `${domain.uuid}.console.log`)).mode & 0o777).toBe(0o600);
    await domain.destroy();
  });

  test('a resize reaches the terminal', async () => {
    const domain = await shell();
    const console = await domain.openConsole({ index: 0 });
    console.resize(133, 44);
    console.write('stty size; echo do"ne"\n');
    expect(await readUntil(console, '\r\ndone')).toContain('44 133');
    console.destroy();
    await domain.destroy();
  });

  test('the second console is tty2', async () => {
    const domain = await shell();
    const console = await domain.openConsole({ name: 'console1' });
    const read = readUntil(console, 'hello');
    await domain.exec(['/bin/sh', '-c', 'echo hello > /dev/tty2']);
    expect(await read).toBe('hello\r\n');
    await expect(domain.openConsole({ index: 2 })).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    console.destroy();
    await domain.destroy();
  });

  test('a container that floods its console with no reader is not held up, nor is its controller', async () => {
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/sh', '-c', 'seq 1000000; echo flooded > /var/flooded; exec sleep infinity'],
      }),
    );
    const marker = join(world().root.directory, 'var', 'flooded');
    while (statSync(marker, { throwIfNoEntry: false }) === undefined)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const log = join(world().directory, 'log', `${domain.uuid}.console.log`);
    expect(statSync(log).size).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(statSync(`${log}.0`).size).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect((await domain.exec(['/bin/echo', 'alive'])).stdout).toBe('alive');
    await domain.destroy();
  });

  test('the console ends when the domain stops', async () => {
    const domain = await shell();
    const console = await domain.openConsole();
    const all = readUntil(console, 'never to be seen');
    await domain.destroy();
    await all;
    expect(console.readableEnded).toBe(true);
  });
});
