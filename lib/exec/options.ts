/** Options of exec: what a user may say, checked and turned into the driver's request. */
import type { Readable } from 'node:stream';
import type { ExecRequest } from '../driver.js';
import { VirtError } from '../errors.js';

/** Size of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How a command runs. The words are execa's where execa has one. */
export interface ExecOptions {
  /** Environment variables, added to (and winning over) the container's basic environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory inside the container. Default: `/`. */
  readonly cwd?: string;
  /** User inside the container, name or number. Default: root. */
  readonly user?: string | number;
  /** Group inside the container, name or number. Default: the user's primary group. */
  readonly group?: string | number;
  /** Give the command a terminal instead of pipes: stdout and stderr become one stream. `true`: 80 by 24. */
  readonly tty?: boolean | TerminalSize;
  /** Stop the command after this time, milliseconds. Default: Infinity. */
  readonly timeoutMs?: number;
  /** Stops the command; the result then rejects, with `signal.reason` as the error's `cause`. */
  readonly signal?: AbortSignal;
  /** Written to the command's stdin, which is then closed. */
  readonly input?: string | Uint8Array | Readable;
  /** `'ignore'`: the command's input is empty. Default: `'pipe'`, which stays open until `stdin.end()`. */
  readonly stdin?: 'pipe' | 'ignore';
  /** `'buffer'`: the result's stdout and stderr are bytes. Default: `'utf8'`. */
  readonly encoding?: 'utf8' | 'buffer';
  /** False: keep no output for the result, only stream it. Default: true. */
  readonly buffer?: boolean;
  /** Largest stdout or stderr kept for the result, and longest line, bytes; the command is stopped beyond it. Default: 100 000 000. */
  readonly maxBuffer?: number;
  /**
   * True: the result rejects when the command fails. Default: false for `await`, where `exitCode` and
   * `failed` tell; true for `for await`, where there is no result to look at.
   */
  readonly reject?: boolean;
  /** Cut one newline off the end of stdout and stderr in the result. Default: true. */
  readonly stripFinalNewline?: boolean;
  /** Time between SIGTERM and SIGKILL when the command is stopped, milliseconds; Infinity: no SIGKILL. Default: 5000. */
  readonly forceKillAfterDelayMs?: number;
}

/** What a process needs to know beside the driver's request, with defaults filled in. */
export interface ExecSettings {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly input: string | Uint8Array | Readable | undefined;
  readonly buffer: boolean;
  readonly maxBuffer: number;
  readonly reject: boolean | undefined;
  readonly stripFinalNewline: boolean;
  readonly forceKillAfterDelayMs: number;
}

const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };
const DEFAULT_MAX_BUFFER = 100_000_000;
const DEFAULT_FORCE_KILL_AFTER_MS = 5000;
const MAX_TERMINAL = 65_535;

/** Fills in the defaults of what stays on this side. */
export function makeSettings(options: ExecOptions): ExecSettings {
  return {
    timeoutMs: options.timeoutMs ?? Infinity,
    signal: options.signal,
    input: options.input,
    buffer: options.buffer ?? true,
    maxBuffer: options.maxBuffer ?? DEFAULT_MAX_BUFFER,
    reject: options.reject,
    stripFinalNewline: options.stripFinalNewline ?? true,
    forceKillAfterDelayMs: options.forceKillAfterDelayMs ?? DEFAULT_FORCE_KILL_AFTER_MS,
  };
}

/**
 * Checks arguments and options, and makes the driver's request of them.
 * @throws VirtError INVALID_ARG
 */
export function makeRequest(argv: readonly string[], options: ExecOptions): ExecRequest {
  const [file, ...args] = argv;
  if (file === undefined || file === '') throw invalid('argv must begin with the name of a command');
  argv.forEach((argument) => {
    checkText('argv', argument);
  });
  checkTime('timeoutMs', options.timeoutMs);
  checkTime('forceKillAfterDelayMs', options.forceKillAfterDelayMs);
  checkTime('maxBuffer', options.maxBuffer);
  if (options.input !== undefined && options.stdin === 'ignore') {
    throw invalid("input can't be given with stdin 'ignore'");
  }
  const size = options.tty === true ? DEFAULT_SIZE : options.tty;
  if (size) checkSize(size);
  return {
    argv: [file, ...args],
    env: checkEnv(options.env ?? {}),
    stdin: options.stdin !== 'ignore',
    ...(options.user === undefined ? {} : { user: checkText('user', String(options.user)) }),
    ...(options.group === undefined ? {} : { group: checkText('group', String(options.group)) }),
    ...(options.cwd === undefined ? {} : { cwd: checkText('cwd', options.cwd) }),
    ...(size ? { tty: { rows: size.rows, cols: size.columns } } : {}),
  };
}

/** @throws VirtError INVALID_ARG when it is no size a terminal can have. */
export function checkSize({ columns, rows }: TerminalSize): void {
  for (const number of [columns, rows]) {
    if (!Number.isInteger(number) || number < 1 || number > MAX_TERMINAL) {
      throw invalid(`a terminal can't have ${columns} columns and ${rows} rows`);
    }
  }
}

function checkEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name.includes('=')) throw invalid(`env has a variable named '${name}'`);
    checkText('env', name);
    checkText('env', value);
  }
  return { ...env };
}

function checkText(option: string, text: unknown): string {
  if (typeof text !== 'string') throw invalid(`${option} must be text, not ${typeof text}`);
  if (text.includes('\0')) throw invalid(`${option} must not hold a NUL character`);
  return text;
}

function checkTime(option: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0)) throw invalid(`${option} must be zero or greater: ${value}`);
}

function invalid(message: string): VirtError {
  return new VirtError('INVALID_ARG', `exec: ${message}`, { domain: 'DOMAIN' });
}
