/** What the program touches of its process; tests put their own streams here. */
import type { Readable, Writable } from 'node:stream';
import { checkHost, open } from '../index.js';

export interface Input extends Readable {
  readonly isTTY?: boolean | undefined;
  setRawMode?(on: boolean): unknown;
}

export interface Output extends Writable {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

type SignalListener = (signal: NodeJS.Signals) => void;

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: SignalListener): unknown;
  off(signal: NodeJS.Signals, listener: SignalListener): unknown;
}

export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signals: SignalSource;
  readonly open: typeof open;
  readonly checkHost: typeof checkHost;
}

/** The process's own. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout, stderr, signals: process, open, checkHost };
}

/** Writes, and waits until the reader has taken it. */
export function write(to: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** True for what `| head` does to us: the reader has left, and nobody needs to be told. */
export function isReaderGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // Once the stream has failed, later writes find it destroyed.
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
