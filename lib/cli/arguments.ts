/** The command line taken apart: options of the program, verb, options of the verb. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Arguments, Command, OptionTable, OptionValues } from './command.js';
import { usageError } from './failure.js';

/** Options that every verb has, before or behind it. */
export const GLOBAL_OPTIONS = {
  connect: { type: 'string', short: 'c', value: 'URI', help: 'connection URI' },
  json: { type: 'boolean', help: 'print one JSON object, or one a line for what goes on' },
  quiet: { type: 'boolean', short: 'q', help: 'print answers only: no confirmations, no table heads' },
  readonly: { type: 'boolean', short: 'r', help: 'refuse everything that changes something' },
  help: { type: 'boolean', short: 'h', help: 'explain the verb, or list all' },
  version: { type: 'boolean', short: 'v', help: 'print the version of this program' },
} as const satisfies OptionTable;
export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>;

export interface CommandLine {
  readonly globals: GlobalValues;
  /** Undefined when no verb was given. */
  readonly verb: string | undefined;
  /** Everything behind the verb. */
  readonly rest: readonly string[];
}

/** Finds the verb, and reads the options before it. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    options: GLOBAL_OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const verb = tokens.find((token) => token.kind === 'positional');
  const index = verb?.index ?? argv.length;
  const { values } = parse(argv.slice(0, index), GLOBAL_OPTIONS);
  return { globals: values, verb: verb?.value, rest: argv.slice(index + 1) };
}

/** True when the user wants JSON, also when the command line is too wrong to be read. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

/** Reads what stands behind the verb. */
export function readArguments<T extends OptionTable>(
  command: Command<T>,
  rest: readonly string[],
): Arguments<T & typeof GLOBAL_OPTIONS> {
  const end = rest.indexOf('--');
  const hasArgv = command.runsCommand === true && end !== -1;
  const own = hasArgv ? rest.slice(0, end) : rest;
  const { values, positionals } = parse(own, { ...command.options, ...GLOBAL_OPTIONS }, command.name);
  return { values, positionals, argv: hasArgv ? rest.slice(end + 1) : [] };
}

/** Refuses a wrong number of arguments. */
export function checkArguments(command: Command, { positionals, argv }: Arguments<OptionTable>): void {
  const required = command.positionals.filter((name) => !name.startsWith('['));
  const missing = required[positionals.length];
  if (missing !== undefined) throw usageError(`${command.name}: ${missing} is missing`, command.name);
  const surplus = isOpen(command) ? undefined : positionals[command.positionals.length];
  if (command.runsCommand && argv.length === 0) {
    throw usageError(`${command.name}: put the command behind --`, command.name);
  }
  if (surplus !== undefined) {
    throw usageError(`${command.name}: unexpected argument '${surplus}'`, command.name);
  }
}

/** Whether the last argument may be repeated: `[NAME...]`. */
function isOpen({ positionals }: Command): boolean {
  return positionals.at(-1)?.endsWith('...]') === true;
}

function parse<T extends OptionTable>(
  args: readonly string[],
  options: T,
  verb?: string,
): { values: OptionValues<T>; positionals: string[] } {
  const config = {
    args: joinNegatives(args, options),
    options,
    strict: true,
    allowPositionals: true,
  } satisfies ParseArgsConfig;
  try {
    return parseArgs(config);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw usageError(`${verb === undefined ? '' : `${verb}: `}${firstSentence(message)}`, verb);
  }
}

/** `--limit -1` as `--limit=-1`: Node takes everything that begins with a dash for an option. */
function joinNegatives(args: readonly string[], options: OptionTable): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    const takesIt = option?.startsWith('--') && options[option.slice(2)]?.type === 'string';
    if (takesIt && /^-\d/u.test(arg)) joined.push(`${joined.pop() ?? ''}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** Node adds advice on `--` that does not fit here. */
function firstSentence(message: string): string {
  const text = message.split(/\. |\n/u)[0] ?? message;
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
