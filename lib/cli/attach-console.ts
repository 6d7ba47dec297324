/** A console and the user's terminal, joined until one of them ends. */
import { Transform } from 'node:stream';
import type { ConsoleStream } from '../index.js';
import type { Io, Output } from './io.js';
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
  const fail = (error: Error): void => {
    console.destroy(error);
  };
  io.stdout.once('error', fail);
  try {
    await passOn(console, output, io.stdout);
  } finally {
    io.stdout.off('error', fail);
    io.stdin.unpipe();
    input.unpipe(console);
    io.stdin.pause();
  }
}

/** Resolves when all output of a stopped domain is written, or at once when the console is left. */
function passOn(console: ConsoleStream, encoder: Transform, to: Output): Promise<void> {
  return new Promise((resolve, reject) => {
    encoder.once('end', resolve);
    console.once('error', reject);
    console.once('close', () => {
      if (!console.readableEnded) resolve();
    });
    console.pipe(encoder).pipe(to, { end: false });
  });
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
