/** The streams of a command: there before the command is, joined to its own when it comes. */
import { finished, PassThrough, Readable, type Writable } from 'node:stream';
import type { ExecHandle } from '../driver.js';

/** The three streams a user holds. */
export class ExecStreams {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  #stopFeeding: (() => void) | undefined;
  #input: Writable | undefined;

  constructor() {
    // Who writes too late learns it from the callback; it must not end the process.
    this.stdin.on('error', () => undefined);
  }

  /** Joins them to the command's own, with back-pressure both ways. */
  connect(handle: ExecHandle): void {
    connectOutput(handle.stdout, this.stdout);
    if (handle.stderr) connectOutput(handle.stderr, this.stderr);
    else this.stderr.end();
    if (handle.stdin) this.#connectInput(handle.stdin);
    else this.discardInput();
  }

  /** The command never came. */
  abandon(): void {
    this.stdout.end();
    this.stderr.end();
    this.discardInput();
  }

  /** Feeds stdin, and closes it after that. */
  feed(input: string | Uint8Array | Readable, onError: (error: unknown) => void): void {
    if (!(input instanceof Readable)) {
      this.stdin.end(input);
      return;
    }
    const forget = finished(input, { writable: false }, (error) => {
      if (error) onError(error);
      this.stdin.end();
    });
    input.pipe(this.stdin, { end: false });
    this.#stopFeeding = () => {
      forget();
      input.unpipe(this.stdin);
    };
  }

  /** The command reads no more: what is still written goes nowhere, without an error. */
  discardInput(): void {
    this.#stopFeeding?.();
    this.stdin.unpipe();
    this.stdin.resume();
  }

  /** The command has ended: its end of stdin is closed, also when nobody wrote to it. */
  close(): void {
    this.discardInput();
    this.#input?.destroy();
  }

  #connectInput(to: Writable): void {
    this.#input = to;
    this.stdin.pipe(to);
    // EPIPE: the command need not read its input. As execa does, that is no error.
    finished(to, { readable: false }, () => {
      this.discardInput();
    });
    this.stdin.once('close', () => {
      if (!to.writableEnded) to.end();
    });
  }
}

function connectOutput(from: Readable, to: PassThrough): void {
  from.pipe(to, { end: false });
  // A read error is no error of the user's stream: the end of the command tells what happened.
  finished(from, { writable: false }, () => {
    to.end();
  });
  // Who destroys the stream closes the command's pipe.
  to.once('close', () => {
    from.destroy();
  });
}
