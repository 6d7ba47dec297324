/**
 * The commands that a test domain has: `true`, `false`, `echo`, `cat`, `sleep`, `printenv`, `pwd`,
 * `uname -n`, `stty size`. They do what their namesakes of coreutils do with the arguments named here.
 */
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** What a command finds when it starts. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hostname: string;
  readonly terminal: () => { readonly rows: number; readonly cols: number } | undefined;
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the command is killed. */
  readonly killed: AbortSignal;
}

type TestCommand = (context: CommandContext) => Promise<number> | number;

/** The longest delay a timer takes, milliseconds. */
const FOREVER_MS = 2 ** 31 - 1;

const COMMANDS = new Map<string, TestCommand>([
  ['true', () => 0],
  ['false', () => 1],
  ['echo', echo],
  ['cat', cat],
  ['sleep', sleep],
  ['printenv', printenv],
  ['pwd', ({ stdout, cwd }) => print(stdout, `${cwd}\n`)],
  ['uname', uname],
  ['stty', stty],
]);

/** The command by its name, or by its path in /bin or /usr/bin. */
export function findCommand(file: string): TestCommand | undefined {
  return COMMANDS.get(file.replace(/^(?:\/usr)?\/bin\//u, ''));
}

function echo({ args, stdout }: CommandContext): number {
  const bare = args[0] === '-n';
  return print(stdout, bare ? args.slice(1).join(' ') : `${args.join(' ')}\n`);
}

async function cat({ args, stdin, stdout, stderr, killed }: CommandContext): Promise<number> {
  if (args.length > 0) {
    for (const path of args) print(stderr, `cat: ${path}: No such file or directory\n`);
    return 1;
  }
  if (stdin) await pipeline(stdin, stdout, { signal: killed, end: false });
  return 0;
}

async function sleep({ args, stderr, killed }: CommandContext): Promise<number> {
  const seconds = args[0] === 'infinity' ? Infinity : Number(args[0]);
  if (!(seconds >= 0)) {
    print(stderr, `sleep: invalid time interval '${args[0] ?? ''}'\n`);
    return 1;
  }
  await wait(Math.min(seconds * 1000, FOREVER_MS), undefined, { signal: killed });
  return 0;
}

function printenv({ args, env, stdout }: CommandContext): number {
  if (args.length === 0) {
    return print(
      stdout,
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
  }
  const values = args.map((name) => env[name]).filter((value) => value !== undefined);
  print(stdout, values.map((value) => `${value}\n`).join(''));
  return values.length === args.length ? 0 : 1;
}

function uname({ args, hostname, stdout, stderr }: CommandContext): number {
  if (args.length === 1 && args[0] === '-n') return print(stdout, `${hostname}\n`);
  print(stderr, 'uname: a test domain knows only -n\n');
  return 1;
}

function stty({ args, terminal, stdout, stderr }: CommandContext): number {
  const size = terminal();
  if (size && args[0] === 'size') return print(stdout, `${size.rows} ${size.cols}\n`);
  print(stderr, "stty: 'standard input': Inappropriate ioctl for device\n");
  return 1;
}

function print(to: Writable, text: string): 0 {
  to.write(text);
  return 0;
}
