/** Options that exec and run share. */
import type { OptionTable, OptionValues } from './command.js';
import { usageError } from './failure.js';
import { parseSeconds } from './units.js';

export const COMMAND_OPTIONS = {
  interactive: { type: 'boolean', short: 'i', help: 'pass stdin on' },
  tty: { type: 'boolean', short: 't', help: 'give the command a terminal' },
  env: { type: 'string', short: 'e', multiple: true, value: 'K=V', help: 'set a variable; may be repeated' },
  workdir: { type: 'string', short: 'w', value: 'DIR', help: 'directory inside the container (/)' },
  user: {
    type: 'string',
    short: 'u',
    value: 'USER[:GROUP]',
    help: 'name or number inside the container (root)',
  },
  timeout: { type: 'string', value: 'SEC', help: 'stop the command after this time' },
} as const satisfies OptionTable;

/** What to run, and how it is joined to this process. */
export interface CommandRequest {
  readonly argv: readonly string[];
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: string;
  readonly group?: string;
  readonly timeoutMs?: number;
}

export function commandRequest(
  values: OptionValues<typeof COMMAND_OPTIONS>,
  argv: readonly string[],
  json: boolean,
): CommandRequest {
  const { interactive = false, tty = false, env = [], workdir, user, timeout } = values;
  if (tty && json) throw usageError('--tty and --json exclude each other');
  const [name, group] = user === undefined ? [] : splitOnce(user, ':');
  return {
    argv,
    interactive,
    tty,
    env: Object.fromEntries(env.map(readVariable)),
    ...(workdir === undefined ? {} : { cwd: workdir }),
    ...(name === undefined ? {} : { user: name }),
    ...(group === undefined ? {} : { group }),
    ...(timeout === undefined ? {} : { timeoutMs: parseSeconds('timeout', timeout) }),
  };
}

function readVariable(text: string): [name: string, value: string] {
  const [name, value] = splitOnce(text, '=');
  if (value !== undefined && name !== '') return [name, value];
  throw usageError(`--env must have the form NAME=VALUE: '${text}'`);
}

function splitOnce(text: string, separator: string): [before: string, after: string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
