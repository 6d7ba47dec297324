/** A command in a container: promise of its result, its streams, and its lines, in one object. */
import { finished, type Readable, type Writable } from 'node:stream';
import type { CommandExit, ExecHandle, ExecRequest } from './driver.js';
import { VirtError } from './errors.js';
import { Command } from './exec/command.js';
import { checkSize, makeRequest, makeSettings, type ExecOptions, type ExecSettings } from './exec/options.js';
import { CollectedOutput, continueStream, splitLines, stripFinalNewline } from './exec/output.js';
import { makeOutcome, type ExecResult, type Outcome } from './exec/result.js';
import { ExecStreams } from './exec/streams.js';
import type { Child } from './session.js';
import { signalNumber } from './signals.js';

/** What {@link Domain.exec} makes a process of. */
export interface ExecPlan<Output extends string | Uint8Array> {
  readonly domainName: string;
  readonly argv: readonly string[];
  readonly options: ExecOptions;
  readonly launch: (request: ExecRequest) => Promise<ExecHandle>;
  /** Turns collected bytes into what the user asked for. */
  readonly decode: (bytes: Buffer) => Output;
  readonly onEnd: (process: Child) => void;
}

/**
 * A command started by {@link Domain.exec}: at once a promise of its result, its three streams, and an
 * async iterable of the lines of its stdout. Nobody has to await it: a rejection that nobody looks at
 * is no unhandled rejection.
 *
 * Output is kept for the result, up to `maxBuffer`, unless its lines are iterated or `buffer` is false.
 *
 * @example
 * const { stdout, exitCode } = await domain.exec(['uname', '-n']);
 * for await (const line of domain.exec(['tail', '-f', '/var/log/syslog'])) console.log(line);
 */
export class ExecProcess<Output extends string | Uint8Array = string>
  implements PromiseLike<ExecResult<Output>>, AsyncIterable<string>, AsyncDisposable
{
  /** Process id on the host; rejects when the command can't be started. */
  readonly pid: Promise<number>;
  /** The command's input. What is written after the command has stopped reading goes nowhere. */
  readonly stdin: Writable;
  /** The command's output, bytes; with a terminal, everything it shows. */
  readonly stdout: Readable;
  /** The command's error output, bytes; empty with a terminal. */
  readonly stderr: Readable;

  readonly #plan: ExecPlan<Output>;
  readonly #settings: ExecSettings;
  readonly #startedAt = performance.now();
  readonly #streams = new ExecStreams();
  readonly #command: Command;
  readonly #collected: { readonly stdout: CollectedOutput; readonly stderr: CollectedOutput } | undefined;
  readonly #outcome: Promise<Outcome<Output>>;
  readonly #result: Promise<ExecResult<Output>>;
  #iterated = false;

  /** @internal */
  constructor(plan: ExecPlan<Output>) {
    this.#plan = plan;
    this.#settings = makeSettings(plan.options);
    const { stdin, stdout, stderr } = this.#streams;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    // Async, so that a bad argument rejects the result instead of being thrown.
    this.#command = new Command(
      async () => plan.launch(makeRequest(plan.argv, plan.options)),
      this.#settings,
    );
    this.pid = this.#command.handle.then(({ pid }) => pid);
    this.pid.catch(() => undefined);
    if (this.#settings.buffer) {
      this.#collected = { stdout: this.#collect(stdout), stderr: this.#collect(stderr) };
    }
    this.#join();
    this.#outcome = this.#settle();
    this.#result = this.#outcome.then((outcome) => this.#judge(outcome, this.#settings.reject ?? false));
    this.#result.catch(() => undefined);
  }

  /**
   * Waits for the end of the command and of its output.
   * @throws VirtError what kept it from starting: OPERATION_INVALID when the domain is not running,
   * SYSTEM_ERROR with errno ENOENT when there is no such command, INVALID_ARG for bad options.
   * @throws ExecError when it was aborted; with `reject: true`, when it failed in any way.
   */
  then<A = ExecResult<Output>, B = never>(
    onFulfilled?: ((result: ExecResult<Output>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#drainUnread();
    return this.#result.then(onFulfilled, onRejected);
  }

  catch<B = never>(
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<ExecResult<Output> | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<ExecResult<Output>> {
    this.#drainUnread();
    return this.#result.finally(onFinally);
  }

  /**
   * The lines of stdout, without their ends. Throws at the end when the command failed, unless
   * `reject` is false. Leaving the loop stops the command.
   */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    if (this.#iterated)
      throw new VirtError('OPERATION_INVALID', 'the output of this command is already being iterated');
    this.#iterated = true;
    this.#collected?.stderr.disarm();
    return this.#lines(this.#collected?.stdout.handOver() ?? []);
  }

  /**
   * Sends a signal to the command; SIGTERM, the default, is followed by SIGKILL after
   * `forceKillAfterDelayMs`. No effect after its end.
   * @throws VirtError INVALID_ARG for a signal that does not exist.
   */
  kill(signal: NodeJS.Signals | number = 'SIGTERM'): void {
    signalNumber(signal);
    this.#command.kill(signal);
  }

  /**
   * Sets the size of the command's terminal; no effect without one.
   * @throws VirtError INVALID_ARG for a size no terminal can have.
   */
  resize(columns: number, rows: number): void {
    checkSize({ columns, rows });
    this.#command.withHandle((handle) => {
      handle.resize(rows, columns);
    });
  }

  /** Stops the command when it still runs, and waits for its end. Never rejects. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#end();
  }

  /** @internal */
  async endWithConnection(): Promise<void> {
    const reason = new VirtError('INVALID_CONN', 'the connection was closed', { domain: 'NONE' });
    this.#command.stop({ kind: 'abort', reason });
    await this.#end();
  }

  async #end(): Promise<void> {
    this.stdout.resume();
    this.stderr.resume();
    await this.#outcome.catch(() => undefined);
  }

  #collect(stream: Readable): CollectedOutput {
    return new CollectedOutput(stream, this.#settings.maxBuffer, this.#stopFull);
  }

  readonly #stopFull = (): void => {
    this.#command.stop({ kind: 'maxBuffer', maxBuffer: this.#settings.maxBuffer });
  };

  #join(): void {
    const { input } = this.#settings;
    if (input === undefined) {
      if (this.#plan.options.stdin === 'ignore') this.#streams.stdin.end();
    } else {
      this.#streams.feed(input, (reason) => {
        this.#command.stop({ kind: 'input', reason });
      });
    }
    this.#command.handle.then(
      (handle) => {
        this.#streams.connect(handle);
      },
      () => {
        this.#streams.abandon();
      },
    );
  }

  async #settle(): Promise<Outcome<Output>> {
    const { argv, domainName } = this.#plan;
    try {
      const [exit] = await Promise.all([this.#exit(), ended(this.stdout), ended(this.stderr)]);
      const end = { argv, ...exit, ...this.#output(), durationMs: performance.now() - this.#startedAt };
      return makeOutcome(domainName, end, this.#command.early);
    } finally {
      this.#command.release();
      this.#streams.close();
      this.#plan.onEnd(this);
    }
  }

  /** An abort before the command was there ends it without an exit status. */
  async #exit(): Promise<CommandExit> {
    try {
      return await this.#command.exit;
    } catch (error) {
      if (this.#command.early?.kind === 'abort') return { exitCode: null, signal: null };
      throw error;
    }
  }

  #output(): { stdout: Output; stderr: Output } {
    const { stripFinalNewline: strip } = this.#settings;
    const decode = (collected: CollectedOutput | undefined): Output => {
      const bytes = collected?.bytes ?? Buffer.alloc(0);
      return this.#plan.decode(strip ? stripFinalNewline(bytes) : bytes);
    };
    return { stdout: decode(this.#collected?.stdout), stderr: decode(this.#collected?.stderr) };
  }

  #judge(outcome: Outcome<Output>, reject: boolean): ExecResult<Output> {
    if (outcome.error && (reject || outcome.fatal)) throw outcome.error;
    return outcome.result;
  }

  async *#lines(earlier: Buffer[]): AsyncGenerator<string, void, undefined> {
    let done = false;
    try {
      this.#drainUnread();
      const source = continueStream(earlier, this.stdout);
      yield* splitLines(source, this.#settings.maxBuffer, this.#stopFull);
      done = true;
    } finally {
      // Not reached the end: the loop was left, and with it the command.
      if (!done) await this[Symbol.asyncDispose]();
    }
    this.#judge(await this.#outcome, this.#settings.reject ?? true);
  }

  /** Without buffering, output that nobody reads would keep the command from ever ending. */
  #drainUnread(): void {
    if (this.#settings.buffer) return;
    setImmediate(() => {
      if (!this.#iterated && this.stdout.readableFlowing === null) this.stdout.resume();
      if (this.stderr.readableFlowing === null) this.stderr.resume();
    });
  }
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    finished(stream, { writable: false }, () => {
      resolve();
    });
  });
}
