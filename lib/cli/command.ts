/** What a verb is: one record of the dispatch table. */
import type { Connection, Domain } from '../index.js';
import type { Io } from './io.js';
import type { Printer } from './printer.js';

/** An option as `node:util` parseArgs wants it, with what help says of it. */
export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Name of the value in help, for example `SEC`. */
  readonly value?: string;
  readonly help: string;
}
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type OptionValue<O extends OptionSpec> = O extends { readonly type: 'boolean' }
  ? boolean
  : O extends { readonly multiple: true }
    ? string[]
    : string;
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]?: OptionValue<T[K]> };

/** What the user typed after the verb. */
export interface Arguments<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly positionals: readonly string[];
  /** What stands behind `--`, for verbs that run a command. */
  readonly argv: readonly string[];
}

/** What a verb works with. */
export interface Context {
  readonly io: Io;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly print: Printer;
  readonly commands: readonly Command[];
  /** The connection; opened by the first call. */
  readonly connect: () => Promise<Connection>;
  /** The domain that goes by this id, uuid or name. */
  readonly findDomain: (key: string) => Promise<Domain>;
  /** Tells the user of an error. */
  readonly report: (error: unknown) => Promise<void>;
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
  /** Positional arguments in the order in which they come; those in brackets may be left out. */
  readonly positionals: readonly string[];
  readonly options: T;
  /** True when the command to run follows behind `--`. Then failures of ours exit with 125 instead of 1. */
  readonly runsCommand?: boolean;
  /** Does it, and gives the exit code. */
  run(context: Context, given: Arguments<T>): Promise<number>;
}

/** Only for the types: what `run` gets follows from `options`. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command<T> {
  return command;
}
