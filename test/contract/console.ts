import type { ConsoleStream } from 'virtainer';
import { expectCode, type Suite } from './suite.js';
import { thrownBy } from '../thrown-by.js';

async function readUntil(console: ConsoleStream, text: string): Promise<void> {
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (!seen.includes(text)) return;
      console.off('data', take);
      resolve();
    };
    console.on('data', take);
    console.once('close', () => {
      reject(new Error(`closed after ${seen}`));
    });
  });
}

export function describeConsole(suite: Suite): void {
  describe('openConsole()', () => {
    test('writes to and reads from the console; every attachment sees everything', async () => {
      const domain = await suite.started();
      const first = await domain.openConsole();
      first.resize(132, 43);
      first.write('hello\n');
      await readUntil(first, 'hello');
      const second = await domain.openConsole({ name: 'console0' });
      await readUntil(second, 'hello');
      first.destroy();
      second.write('again\n');
      await readUntil(second, 'again');
      second.destroy();
      expect(await domain.isActive()).toBe(true);
    });

    test('ends with the domain', async () => {
      const domain = await suite.started();
      const console = await domain.openConsole({ index: 0 });
      const closed = new Promise((resolve) => console.once('close', resolve));
      console.resume();
      await domain.destroy();
      await closed;
      expect(console.readableEnded).toBe(true);
    });

    test('of a console that is not there fails with INTERNAL_ERROR', async () => {
      const domain = await suite.started();
      await expect(domain.openConsole({ index: 7 })).rejects.toMatchObject({
        code: 'INTERNAL_ERROR',
        message: "cannot find console device 'console7'",
      });
      await expectCode(domain.openConsole({ name: 'serial0' }), 'INTERNAL_ERROR');
      await expectCode(domain.openConsole({ index: -1 }), 'INTERNAL_ERROR');
    });

    test('refuses a size no terminal can have with INVALID_ARG', async () => {
      const domain = await suite.started();
      const console = await domain.openConsole();
      expect(
        thrownBy(() => {
          console.resize(0, 24);
        }),
      ).toMatchObject({ code: 'INVALID_ARG' });
      console.destroy();
    });
  });
}
