import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CONTROLLER, describeController, NUMBERS } from './controller-harness.js';

/** The cells of the tables of steps and messages, which come before that of the files. */
const [contract = ''] = readFileSync('docs/protocol.md', 'utf8').split('\n## Files in the state directory\n');
const rows = contract
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describeController('virtainer-controller tables', () => {
  const lines = words(spawnSync(CONTROLLER, ['tables']).stdout.toString());

  it('has the messages of docs/protocol.md', () => {
    const documented = rows
      .filter(([number]) => /^\d+$/.test(number ?? '') && number !== '0')
      .map(([number, name]) => [name, number]);
    const messages = lines.filter(([kind]) => kind === 'message').map(([, ...rest]) => rest);
    expect(messages).toEqual(documented);
    expect(Object.fromEntries(messages.map(([name, number]) => [name, Number(number)]))).toEqual(NUMBERS);
  });

  it('has the steps of docs/protocol.md, for the commands named there', () => {
    const documented = rows
      .map(([name, , command]) => [/^`([a-z0-9-]+)`$/.exec(name ?? '')?.[1], command ?? ''] as const)
      .filter(([name]) => name !== undefined)
      .map(([name, command]): [string, string] => [name ?? '', commandsOf(command)]);
    const steps = lines
      .filter(([kind]) => kind === 'step')
      .map(([, name = '', , , command = '']): [string, string] => [name, command]);
    expect(steps).toEqual(documented);
  });

  it('has sane token counts', () => {
    for (const [kind, , min, max] of lines) {
      if (kind !== 'step') continue;
      expect(Number(min)).toBeGreaterThanOrEqual(0);
      expect(Number(max) === -1 || Number(max) >= Number(min)).toBe(true);
    }
  });
});

function commandsOf(cell: string): string {
  if (cell.startsWith('run, enter')) return 'both';
  return cell.startsWith('enter') ? 'enter' : 'run';
}

function words(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
}
