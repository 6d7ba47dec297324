/** Another process that claims ids, and holds them until it is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MODULE = join(__dirname, '../../dist/lxc/security/id-ranges.js');

export interface Holder {
  /** First ids of what it got, until nothing was left. */
  readonly bases: readonly number[];
  kill(): Promise<void>;
}

/** Begins when it reads a line, so that several begin at once. */
export function startHolder(
  folder: string,
  range: string,
  most: number,
): { go(): Promise<Holder>; child: ChildProcess } {
  const script = `
    const { allocateIdRange } = require(process.argv[1]);
    const [, , folder, most] = process.argv;
    const claims = [];
    console.log('ready');
    process.stdin.once('data', () => {
      try {
        while (claims.length < Number(most)) claims.push(allocateIdRange({ uuid: 'u' + claims.length, folder }));
      } catch (error) {
        if (error.code !== 'RESOURCE_BUSY') throw error;
      }
      console.log(JSON.stringify(claims.map(({ base }) => base)));
    });`;
  const child = spawn(process.execPath, ['-e', script, MODULE, folder, String(most)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, VIRTAINER_ID_RANGE: range },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ready = lines.next();
  const go = async (): Promise<Holder> => {
    await ready;
    child.stdin.write('go\n');
    const { value } = (await lines.next()) as { value: string };
    const kill = async (): Promise<void> => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    };
    return { bases: JSON.parse(value) as number[], kill };
  };
  return { go, child };
}
