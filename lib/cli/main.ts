#!/usr/bin/env node
/** The program: command line -> verb -> exit code. */
import { VERSION, type Connection } from '../index.js';
import {
  checkArguments,
  readArguments,
  splitCommandLine,
  wantsJson,
  type GlobalValues,
} from './arguments.js';
import type { Command, Context } from './command.js';
import { COMMANDS } from './commands.js';
import { EXIT_CODES, reportError, usageError } from './failure.js';
import { describeCommand, describeCommands, formatHelp, formatOverview } from './help.js';
import { isReaderGone, processIo, write, type Io } from './io.js';
import { findDomain } from './lookup.js';
import { createPrinter } from './printer.js';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs one command line, without the program's own name, and gives its exit code. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const json = wantsJson(argv);
  const ignore = (): void => undefined;
  // Who writes learns of an error by the callback; without a listener it would also be an exception.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', ignore);
  let command: Command | undefined;
  try {
    const { globals, verb, rest } = splitCommandLine(argv);
    command = COMMANDS.find(({ name }) => name === verb);
    if (!command) return await withoutVerb(io, globals, verb);
    return await runCommand(io, command, globals, rest, json);
  } catch (error) {
    if (isReaderGone(error)) return 0;
    await reportError(io.stderr, json, error);
    return command?.runsCommand ? EXIT_CODES.ours : EXIT_CODES.error;
  } finally {
    for (const stream of [io.stdout, io.stderr]) stream.off('error', ignore);
  }
}

async function withoutVerb(io: Io, globals: GlobalValues, verb: string | undefined): Promise<number> {
  const print = createPrinter(io.stdout, { json: globals.json ?? false, quiet: false });
  if (globals.version) await print.answer(VERSION, { version: VERSION });
  else if (globals.help) await print.answer(formatOverview(COMMANDS), describeCommands(COMMANDS));
  else if (verb === undefined) throw usageError('a verb is missing');
  else throw usageError(`unknown command: '${verb}'`);
  return 0;
}

async function runCommand(
  io: Io,
  command: Command,
  before: GlobalValues,
  rest: readonly string[],
  json: boolean,
): Promise<number> {
  const given = readArguments(command, rest);
  const globals = { ...before, ...given.values };
  if (globals.version) return withoutVerb(io, globals, undefined);
  if (globals.help) {
    await createPrinter(io.stdout, { json, quiet: false }).answer(
      formatHelp(command),
      describeCommand(command),
    );
    return 0;
  }
  checkArguments(command, given);
  const lazy = lazyConnection(io, globals);
  try {
    return await command.run(createContext(io, lazy.connect, { json, quiet: globals.quiet ?? false }), given);
  } finally {
    await lazy.close();
  }
}

function createContext(
  io: Io,
  connect: () => Promise<Connection>,
  options: { readonly json: boolean; readonly quiet: boolean },
): Context {
  return {
    io,
    ...options,
    print: createPrinter(io.stdout, options),
    commands: COMMANDS,
    connect,
    findDomain: async (key) => findDomain(await connect(), key),
    report: (error) => reportError(io.stderr, options.json, error),
  };
}

interface LazyConnection {
  readonly connect: () => Promise<Connection>;
  readonly close: () => Promise<void>;
}

function lazyConnection(io: Io, { connect: uri, readonly: readOnly = false }: GlobalValues): LazyConnection {
  let opening: Promise<Connection> | undefined;
  return {
    connect: () => (opening ??= io.open(uri, { readOnly })),
    close: async () => {
      // That it could not be opened has been told to who asked for it.
      const connection = await opening?.catch(() => undefined);
      await connection?.close();
    },
  };
}

async function runProgram(): Promise<void> {
  const io = processIo();
  // Waiting for events holds nothing open; without this Node would end here, with 0.
  setInterval(() => undefined, MAX_TIMER_MS);
  const code = await main(process.argv.slice(2), io);
  // An open stdin would keep the process; what was written has to get out first.
  await Promise.all([io.stdout, io.stderr].map((stream) => write(stream, '').catch(() => undefined)));
  process.exit(code);
}

if (require.main === module) void runProgram();
