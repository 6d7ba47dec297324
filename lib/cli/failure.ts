/** Errors as the user sees them, and the exit codes they become. */
import { styleText } from 'node:util';
import { VirtError } from '../index.js';
import { write, type Output } from './io.js';
import { toJson } from './printer.js';

/** Exit codes beside 0, a command's own, and 128 + signal. */
export const EXIT_CODES = {
  /** Something failed, or the command line is wrong. */
  error: 1,
  /** run and exec: the command was stopped by --timeout. */
  timedOut: 124,
  /** run and exec: we failed, not the command. */
  ours: 125,
  /** run and exec: the command is there but can't be executed. */
  notExecutable: 126,
  /** run and exec: there is no such command. */
  notFound: 127,
} as const;

/** A wrong command line. */
export function usageError(message: string, verb?: string): VirtError {
  const hint = `see 'virtainer help${verb === undefined ? '' : ` ${verb}`}'`;
  return new VirtError('INVALID_ARG', message, { domain: 'NONE', hint });
}

/** Writes an error to stderr; what can't be written there is lost. */
export async function reportError(stderr: Output, json: boolean, error: unknown): Promise<void> {
  await write(stderr, json ? toJson({ error: describe(error) }) : asText(stderr, error)).catch(
    () => undefined,
  );
}

/** The exit code for a command that could not be started, as shells have it. */
export function startFailureCode(error: unknown): number {
  const isExec = error instanceof VirtError && error.stage === 'execing' && error.syscall === 'execve';
  if (!isExec) return EXIT_CODES.ours;
  return error.errno === 'ENOENT' ? EXIT_CODES.notFound : EXIT_CODES.notExecutable;
}

function describe(error: unknown): object {
  if (!(error instanceof VirtError)) {
    return { code: 'INTERNAL_ERROR', codeNumber: 1, domain: 'NONE', message: messageOf(error) };
  }
  const { code, codeNumber, domain, message, errno, syscall, path, stage, hint } = error;
  return { code, codeNumber, domain, message, errno, syscall, path, stage, hint };
}

function asText(stderr: Output, error: unknown): string {
  const label = stderr.isTTY ? styleText('red', 'error:') : 'error:';
  const hint = error instanceof VirtError && error.hint !== undefined ? `hint: ${error.hint}\n` : '';
  return `${label} ${messageOf(error)}\n${hint}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
