/** Output kept for the result, and output cut into lines. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Keeps what a stream delivers, up to a limit; goes on reading beyond it. */
export class CollectedOutput {
  readonly #stream: Readable;
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #onFull: (() => void) | undefined;

  constructor(stream: Readable, limit: number, onFull: () => void) {
    this.#stream = stream;
    this.#limit = limit;
    this.#onFull = onFull;
    stream.on('data', this.#take);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** From now on a full buffer only cuts off what follows. */
  disarm(): void {
    this.#onFull = undefined;
  }

  /** Stops collecting and hands over what was collected so far. */
  handOver(): Buffer[] {
    this.#stream.off('data', this.#take);
    this.#stream.pause();
    return this.#chunks.splice(0);
  }

  readonly #take = (chunk: unknown): void => {
    const bytes = toBytes(chunk);
    const room = this.#limit - this.#size;
    if (bytes.length > room) {
      this.#chunks.push(bytes.subarray(0, room));
      this.#size = this.#limit;
      this.#onFull?.();
      this.#onFull = undefined;
    } else {
      this.#chunks.push(bytes);
      this.#size += bytes.length;
    }
  };
}

/** Lines of a stream, without their ends (`\n` or `\r\n`). `onFull` is called, and the rest left, at a line beyond the limit. */
export async function* splitLines(
  source: AsyncIterable<Buffer>,
  limit: number,
  onFull: () => void,
): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let pending: string[] = [];
  let length = 0;
  for await (const chunk of source) {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    pending.push(first);
    length += first.length;
    for (const next of others) {
      yield stripReturn(pending.join(''));
      pending = [next];
      length = next.length;
    }
    if (length > limit) {
      onFull();
      return;
    }
  }
  pending.push(decoder.end());
  const last = pending.join('');
  if (last !== '') yield stripReturn(last);
}

/** Chunks taken from a stream earlier, then the rest of it. */
export async function* continueStream(
  earlier: readonly Buffer[],
  stream: Readable,
): AsyncGenerator<Buffer, void, undefined> {
  yield* earlier;
  for await (const chunk of stream) yield toBytes(chunk);
}

/** Without one newline at the end. */
export function stripFinalNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

function toBytes(chunk: unknown): Buffer {
  // A string when the user has set an encoding on the stream.
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

function stripReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
