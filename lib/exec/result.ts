/** How a command ended, as a value and as an error. */
import type { CommandExit, CommandUsage } from '../driver.js';
import { quote, VirtError, type VirtErrorCode } from '../errors.js';

/** How a command came out, in one word. */
export const EXEC_VERDICTS = [
  'ok',
  'nonzero',
  'signal',
  'timeout',
  'memory-limit',
  'output-limit',
  'aborted',
] as const;
export type ExecVerdict = (typeof EXEC_VERDICTS)[number];

/** How a command ended and what it wrote. */
export interface ExecResult<Output extends string | Uint8Array = string> extends Pick<
  CommandExit,
  'exitCode' | 'signal'
> {
  readonly argv: readonly string[];
  /** What it wrote; empty with `buffer: false`, or when the lines were iterated. */
  readonly stdout: Output;
  /** What it wrote to stderr; with a terminal, everything is in stdout. */
  readonly stderr: Output;
  /** True unless it exited with code 0, by itself. */
  readonly failed: boolean;
  /** True when it was stopped because of `timeoutMs`. */
  readonly timedOut: boolean;
  /** True when it was stopped because of `signal`, or with its connection. */
  readonly isCanceled: boolean;
  /** True when it was stopped because of `maxBuffer`: the output is cut off there. */
  readonly isMaxBuffer: boolean;
  /**
   * True when the kernel's OOM killer killed it at a memory limit of its container. False for a command one of whose
   * children was killed so: an `oom` event tells of that.
   */
  readonly isMemoryLimit: boolean;
  /** The first reason of all that there were. */
  readonly verdict: ExecVerdict;
  /** What it has used; absent when that is not known, as for a command that was never started. */
  readonly usage?: CommandUsage;
  /** Time from the call of exec to the end, milliseconds. */
  readonly durationMs: number;
}

/** A command that failed; `result` has all that is known of it. `code` is OPERATION_TIMEOUT or OPERATION_FAILED. */
export class ExecError extends VirtError {
  readonly result: ExecResult<string | Uint8Array>;

  constructor(
    code: VirtErrorCode,
    message: string,
    result: ExecResult<string | Uint8Array>,
    cause?: unknown,
  ) {
    super(code, message, { domain: 'DOMAIN', cause });
    this.result = result;
  }
}

/** Why a command was stopped from this side. */
export type EarlyEnd =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'abort'; readonly reason: unknown }
  | { readonly kind: 'maxBuffer'; readonly maxBuffer: number }
  | { readonly kind: 'input'; readonly reason: unknown };

/** A result, and the error it makes when a failure is to be one. */
export interface Outcome<Output extends string | Uint8Array> {
  readonly result: ExecResult<Output>;
  readonly error: ExecError | undefined;
  /** True when the error counts whatever `reject` says: the user, not the command, is the reason. */
  readonly fatal: boolean;
}

/** Puts together how it ended. */
export function makeOutcome<Output extends string | Uint8Array>(
  domainName: string,
  end: CommandExit & Pick<ExecResult<Output>, 'argv' | 'stdout' | 'stderr' | 'durationMs'>,
  early: EarlyEnd | undefined,
): Outcome<Output> {
  const result = {
    ...end,
    failed: early !== undefined || end.exitCode !== 0,
    timedOut: early?.kind === 'timeout',
    isCanceled: early?.kind === 'abort',
    isMaxBuffer: early?.kind === 'maxBuffer',
    isMemoryLimit: end.isMemoryLimit === true,
    verdict: verdictOf(end, early),
  };
  if (!result.failed) return { result, error: undefined, fatal: false };
  const message = `command ${quote(end.argv.join(' '))} in domain '${domainName}' ${describe(end, early)}`;
  const code = result.timedOut ? 'OPERATION_TIMEOUT' : 'OPERATION_FAILED';
  const fatal = early?.kind === 'abort' || early?.kind === 'input';
  return { result, error: new ExecError(code, message, result, fatal ? early.reason : undefined), fatal };
}

function verdictOf(end: CommandExit, early: EarlyEnd | undefined): ExecVerdict {
  switch (early?.kind) {
    case 'timeout':
      return 'timeout';
    case 'maxBuffer':
      return 'output-limit';
    case 'abort':
    case 'input':
      return 'aborted';
    case undefined:
      if (end.isMemoryLimit) return 'memory-limit';
      if (end.signal !== null) return 'signal';
      return end.exitCode === 0 ? 'ok' : 'nonzero';
  }
}

function describe(end: CommandExit, early: EarlyEnd | undefined): string {
  switch (early?.kind) {
    case 'timeout':
      return `timed out after ${early.timeoutMs} ms`;
    case 'abort':
      return 'was aborted';
    case 'maxBuffer':
      return `wrote more than ${early.maxBuffer} bytes`;
    case 'input':
      return "was stopped: its input can't be read";
    case undefined:
      if (end.isMemoryLimit) return 'was killed: the container has reached its memory limit';
      return end.signal === null
        ? `exited with code ${end.exitCode ?? 'unknown'}`
        : `was killed by ${end.signal}`;
  }
}
