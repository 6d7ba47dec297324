/** A command in a container, joined to this process: streams, terminal, signals, exit code. */
import type { Readable } from 'node:stream';
import { VirtError, type Domain, type ExecOptions, type ExecProcess, type ExecResult } from '../index.js';
import type { Context } from './command.js';
import type { CommandRequest } from './command-options.js';
import { EXIT_CODES, startFailureCode } from './failure.js';
import { isReaderGone, type Io, type Output } from './io.js';
import { signalExitCode, type SignalForwarder } from './signal-forwarder.js';
import { followSize, terminalSize, withRawTerminal } from './terminal.js';

/** Runs it to its end, and gives the exit code. */
export async function attachCommand(
  context: Context,
  domain: Domain,
  request: CommandRequest,
  signals: SignalForwarder,
): Promise<number> {
  const { json, io, print } = context;
  try {
    const start = (): ExecProcess => {
      const process = domain.exec(request.argv, execOptions(io, request, json));
      signals.forwardTo(process);
      return process;
    };
    const result = await (json ? collected(io, start(), request) : attached(io, start, request));
    if (json) await print.answer('', jsonResult(result));
    if (!json) await reportEnd(context, result, request);
    return exitCode(result);
  } catch (error) {
    await context.report(error);
    return startFailureCode(error);
  }
}

function execOptions(io: Io, request: CommandRequest, buffer: boolean): Omit<ExecOptions, 'encoding'> {
  const { env, cwd, user, group, timeoutMs, tty, interactive } = request;
  return {
    env,
    buffer,
    stripFinalNewline: false,
    // A terminal without input is one at which nobody types, not one that is hung up.
    stdin: interactive || tty ? 'pipe' : 'ignore',
    ...(tty ? { tty: terminalSize(io) ?? true } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

async function collected(io: Io, process: ExecProcess, { interactive }: CommandRequest): Promise<ExecResult> {
  const release = interactive ? feed(io, process) : undefined;
  try {
    return await process;
  } finally {
    release?.();
  }
}

function attached(
  io: Io,
  start: () => ExecProcess,
  { interactive, tty }: CommandRequest,
): Promise<ExecResult> {
  const join = async (): Promise<ExecResult> => {
    const process = start();
    const outputs = [copy(process.stdout, io.stdout), copy(process.stderr, io.stderr)];
    const release = [
      ...(interactive ? [feed(io, process)] : []),
      ...(tty
        ? [
            followSize(io, (size) => {
              process.resize(size.columns, size.rows);
            }),
          ]
        : []),
    ];
    try {
      return await process;
    } finally {
      for (const stop of release) stop();
      for (const finish of outputs) finish();
    }
  };
  return tty && interactive ? withRawTerminal(io, join) : join();
}

/** Passes stdin on. Returns how to stop. */
function feed({ stdin }: Io, process: ExecProcess): () => void {
  stdin.pipe(process.stdin);
  return () => {
    stdin.unpipe(process.stdin);
    stdin.pause();
  };
}

/**
 * Passes output on, with back-pressure. When it can't be written the command's pipe is closed, so that
 * the command gets SIGPIPE, as it would without us in between. Returns the end of it, which throws what
 * went wrong, except that a reader who has left is nothing wrong.
 */
function copy(from: Readable, to: Output): () => void {
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure = error;
    from.destroy();
  };
  to.once('error', fail);
  from.pipe(to, { end: false });
  return () => {
    to.off('error', fail);
    if (failure && !isReaderGone(failure)) throw failure;
  };
}

function exitCode({ timedOut, exitCode: code, signal }: ExecResult): number {
  if (timedOut) return EXIT_CODES.timedOut;
  if (signal !== null) return signalExitCode(signal);
  return code ?? EXIT_CODES.ours;
}

/** What an exit code alone does not tell. */
async function reportEnd(
  { report }: Context,
  { timedOut, isMemoryLimit }: ExecResult,
  { timeoutMs = 0 }: CommandRequest,
): Promise<void> {
  if (timedOut) {
    await report(new VirtError('OPERATION_TIMEOUT', `the command was stopped after ${timeoutMs / 1000} s`));
  } else if (isMemoryLimit) {
    await report(
      new VirtError('OPERATION_FAILED', 'the command was killed: the container has reached its memory limit'),
    );
  }
}

function jsonResult({
  argv,
  exitCode: code,
  signal,
  stdout,
  stderr,
  timedOut,
  verdict,
  usage,
  durationMs,
}: ExecResult): object {
  return {
    argv,
    exitCode: code,
    signal,
    timedOut,
    verdict,
    ...(usage ? { usage } : {}),
    durationMs: Math.round(durationMs),
    stdout,
    stderr,
  };
}
