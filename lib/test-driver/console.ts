/** A console that shows a banner and echoes what is written to it. */
import { Readable } from 'node:stream';
import type { ConsoleHandle } from '../driver.js';

/** How much output a later attachment still sees, bytes. */
const SCROLLBACK = 64 * 1024;

export class TestConsole {
  readonly #outputs = new Set<Readable>();
  #scrollback: Buffer;

  constructor(banner: string) {
    this.#scrollback = Buffer.from(banner);
  }

  attach(): ConsoleHandle {
    const output = new Readable({ read: () => undefined });
    output.push(this.#scrollback);
    this.#outputs.add(output);
    const close = (): void => {
      this.#outputs.delete(output);
      output.push(null);
    };
    return {
      output,
      write: (data, done) => {
        this.#show(Buffer.from(data));
        done();
      },
      resize: () => undefined,
      close,
    };
  }

  /** The domain has stopped. */
  end(): void {
    for (const output of this.#outputs) output.push(null);
    this.#outputs.clear();
  }

  #show(bytes: Buffer): void {
    this.#scrollback = Buffer.concat([this.#scrollback, bytes]).subarray(-SCROLLBACK);
    for (const output of this.#outputs) output.push(bytes);
  }
}
