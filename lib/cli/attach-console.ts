/** A console and the user's terminal, joined until one of them ends. */
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import type { ConsoleStream } from '../index.js';
import { isReaderGone, type Io } from './io.js';
import { ENDING_SIGNALS, onSignals, signalExitCode } from './signal-forwarder.js';
import { followSize, terminalSize, withRawTerminal } from './terminal.js';

/** ^], as telnet and virsh have it. */
const ESCAPE = 0x1d;

/** Gives the exit code: 0 when the domain has stopped or the user has left. */
export async function attachConsole(
  io: Io,
  console: ConsoleStream,
  encode: (bytes: Buffer) => string | Buffer,
): Promise<number> {
  let code = 0;
  const detach = (): void => {
    console.destroy();
  };
  const restoreSignals = onSignals(io.signals, ENDING_SIGNALS, (signal) => {
    code = signalExitCode(signal);
    detach();
  });
  const stopSizes = followSize(io, ({ columns, rows }) => {
    console.resize(columns, rows);
  });
  try {
    const size = terminalSize(io);
    if (size) console.resize(size.columns, size.rows);
    await withRawTerminal(io, () => join(io, console, encode, detach));
    return code;
  } finally {
    stopSizes();
    restoreSignals();
    detach();
  }
}

async function join(
  io: Io,
  console: ConsoleStream,
  encode: (bytes: Buffer) => string | Buffer,
  detach: () => void,
): Promise<void> {
  // Only a person can mean ^]: what comes through a pipe goes through byte for byte.
  const input = io.stdin.isTTY ? io.stdin.pipe(untilEscape(detach)) : io.stdin;
  input.pipe(console, { end: false });
  const output = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, encode(chunk));
    },
  });
  try {
    await pipeline(console, output, io.stdout, { end: false });
  } catch (error) {
    const left = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!left && !isReaderGone(error)) throw error;
  } finally {
    io.stdin.unpipe();
    input.unpipe(console);
    io.stdin.pause();
  }
}

/** Passes input on up to the escape character, and calls back there. */
function untilEscape(leave: () => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const end = chunk.indexOf(ESCAPE);
      done(null, end === -1 ? chunk : chunk.subarray(0, end));
      if (end !== -1) setImmediate(leave);
    },
  });
}
