/** An attached console as a stream. */
import { Duplex } from 'node:stream';
import type { ConsoleHandle } from './driver.js';
import { VirtError } from './errors.js';
import { checkSize } from './exec/options.js';
import type { Session } from './session.js';

/** Which console {@link Domain.openConsole} attaches. */
export interface ConsoleOptions {
  /** Its position among the domain's consoles, from 0. */
  readonly index?: number;
  /** Its alias: `console0`, `console1`, ... Default: `console0`. */
  readonly name?: string;
}

/**
 * An attached console, made by {@link Domain.openConsole}: reading gives its output, from the oldest
 * byte still kept, writing goes to its input. It ends when the domain stops; destroying it detaches
 * and leaves the domain alone.
 *
 * A reader that takes nothing for a second while the container goes on writing loses output, and gets an event
 * `gap` with the number of bytes lost.
 */
export class ConsoleStream extends Duplex {
  readonly #handle: ConsoleHandle;

  /** @internal */
  constructor(handle: ConsoleHandle) {
    super({ allowHalfOpen: false });
    this.#handle = handle;
    handle.output.on('data', (chunk: unknown) => {
      if (!this.push(chunk)) handle.output.pause();
    });
    handle.output.on('gap', (bytes: number) => {
      this.emit('gap', bytes);
    });
    handle.output.once('end', () => {
      this.push(null);
    });
    handle.output.once('error', (error) => {
      this.destroy(error);
    });
  }

  /**
   * Sets the size of the terminal, in characters.
   * @throws VirtError INVALID_ARG for a size no terminal can have.
   */
  resize(columns: number, rows: number): void {
    checkSize({ columns, rows });
    if (!this.destroyed) this.#handle.resize(rows, columns);
  }

  /** @internal */
  endWithConnection(): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  override _read(): void {
    this.#handle.output.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#handle.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#handle.close();
    done(error);
  }
}

/** @throws VirtError INTERNAL_ERROR for what is no console's name or position. */
function consoleIndex({ index, name }: ConsoleOptions): number {
  const number = name === undefined ? (index ?? 0) : Number(/^console(\d+)$/u.exec(name)?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new VirtError('INTERNAL_ERROR', `cannot find console device '${name ?? `console${number}`}'`);
}

/** Attaches a console for as long as the connection is open. */
export async function attachConsole(
  session: Session,
  uuid: string,
  options: ConsoleOptions,
): Promise<ConsoleStream> {
  const driver = await session.changing('virDomainOpenConsole');
  const stream = new ConsoleStream(await driver.openConsole(uuid, consoleIndex(options)));
  session.adopt(stream);
  stream.once('close', () => {
    session.release(stream);
  });
  return stream;
}
