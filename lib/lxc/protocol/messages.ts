/** Messages between Node and a controller. Numbers are never reused: see docs/protocol.md. */
import { decodeTokens, encodeToken, type Token } from './tokens.js';

export const PROTOCOL_VERSION = 1;

export const MESSAGES = {
  hello: 1,
  planRead: 2,
  cgroupJoined: 3,
  namespacesCreated: 4,
  idsMapped: 5,
  networkReady: 6,
  rootReady: 7,
  execing: 8,
  running: 9,
  failed: 10,
  exited: 11,
  signal: 12,
  resize: 13,
  query: 32,
  state: 33,
  stop: 34,
  reboot: 35,
  ended: 36,
  rebooted: 37,
  accepted: 38,
  refused: 39,
  attachConsole: 40,
  consoleOutput: 41,
  consoleInput: 42,
  consoleResize: 43,
  consoleGap: 44,
} as const;
export type MessageName = keyof typeof MESSAGES;

/** The stages of a start, in the order in which they are reached. */
export const STAGES = [
  'hello',
  'planRead',
  'cgroupJoined',
  'namespacesCreated',
  'idsMapped',
  'networkReady',
  'rootReady',
  'execing',
  'running',
] as const satisfies readonly MessageName[];
export type Stage = (typeof STAGES)[number];

const NAMES = new Map<number, MessageName>(
  Object.entries(MESSAGES).map(([name, number]) => [number, name as MessageName]),
);
const MAX_MESSAGE_BYTES = 1024 * 1024;
const HEADER_BYTES = 6;

export interface Message {
  readonly name: MessageName;
  readonly tokens: readonly Buffer[];
}

export function encodeMessage(name: MessageName, ...tokens: readonly Token[]): Buffer {
  const body = Buffer.concat(tokens.map(encodeToken));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(body.length + 2);
  header.writeUInt16LE(MESSAGES[name], 4);
  return Buffer.concat([header, body]);
}

/** The text of a message's token; empty when the message has no such token. */
export function tokenText(message: Message, index: number): string {
  return message.tokens[index]?.toString('utf8') ?? '';
}

/** The number in a message's token; NaN when there is none. */
export function tokenNumber(message: Message, index: number): number {
  const text = tokenText(message, index);
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Cuts a byte stream into messages. Unknown message numbers are skipped, as the protocol demands. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #buffered = 0;

  /** The messages completed by this chunk. Throws when the stream can't be one of this protocol. */
  push(chunk: Buffer): Message[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const messages: Message[] = [];
    for (;;) {
      const length = this.#peekLength();
      if (length === undefined || this.#buffered < length + 4) return messages;
      const message = parseMessage(this.#take(length + 4));
      if (message) messages.push(message);
    }
  }

  #peekLength(): number | undefined {
    if (this.#buffered < HEADER_BYTES) return undefined;
    const length = this.#joined().readUInt32LE(0);
    if (length < 2 || length > MAX_MESSAGE_BYTES) throw new Error(`message of ${length} bytes`);
    return length;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && (this.#chunks.length === 1 || first.length >= HEADER_BYTES)) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(length: number): Buffer {
    const joined =
      this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#chunks = joined.length > length ? [joined.subarray(length)] : [];
    this.#buffered -= length;
    return joined.subarray(0, length);
  }
}

function parseMessage(frame: Buffer): Message | undefined {
  const name = NAMES.get(frame.readUInt16LE(4));
  const tokens = decodeTokens(frame.subarray(HEADER_BYTES));
  if (!tokens) throw new Error('message with wrong token lengths');
  return name === undefined ? undefined : { name, tokens };
}
