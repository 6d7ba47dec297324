/** A connection to the controller of a running container. */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError, systemError } from '../errors.js';
import { isErrno } from './errno.js';
import {
  MessageReader,
  PROTOCOL_VERSION,
  encodeMessage,
  tokenNumber,
  tokenText,
  type Message,
  type MessageName,
} from './protocol/messages.js';
import type { Token } from './protocol/tokens.js';

const HELLO_TIMEOUT_MS = 5000;

export class ControlConnection {
  readonly #socket: Socket;
  readonly #reader = new MessageReader();
  readonly #listeners = new Set<(message: Message) => void>();
  /** Resolves when the controller has closed the connection, or we have. */
  readonly closed: Promise<void>;
  /** The `ended` message, once it has come. */
  ended: Message | undefined;
  /** True once the controller has ended or is about to. */
  get isOver(): boolean {
    return this.ended !== undefined || this.#socket.destroyed;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', () => socket.destroy());
  }

  /**
   * Connects to the controller that listens in a state folder; undefined when none does any more.
   * @throws VirtError SYSTEM_ERROR when it can't be reached; OPERATION_TIMEOUT when it does not answer;
   * OPERATION_UNSUPPORTED when it speaks another version.
   */
  static async connect(
    stateFolder: string,
    timeoutMs: number = HELLO_TIMEOUT_MS,
  ): Promise<ControlConnection | undefined> {
    const socket = await connectSocket(stateFolder);
    if (!socket) return undefined;
    const connection = new ControlConnection(socket);
    return (await connection.#greeted(Math.min(timeoutMs, HELLO_TIMEOUT_MS))) ? connection : undefined;
  }

  /** Hears every message from now on. */
  onMessage(listener: (message: Message) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(name: MessageName, ...tokens: readonly Token[]): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(name, ...tokens));
  }

  /** Like {@link send}, telling when the bytes have left. */
  sendThen(done: (error?: Error | null) => void, name: MessageName, ...tokens: readonly Token[]): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(name, ...tokens), done);
    else done(new VirtError('OPERATION_INVALID', 'the console is closed', { domain: 'STREAMS' }));
  }

  /** Resolves with the first of these messages; undefined when the connection closes before. */
  async next(...names: readonly MessageName[]): Promise<Message | undefined> {
    let stop = (): void => undefined;
    const message = new Promise<Message>((resolve) => {
      stop = this.onMessage((candidate) => {
        if (names.includes(candidate.name)) resolve(candidate);
      });
    });
    const first = await Promise.race([message, this.closed.then(() => undefined)]);
    stop();
    return first;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** An idle connection that does not keep the process alive. */
  unref(): void {
    this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #greeted(timeoutMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = delay(timeoutMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const hello = await Promise.race([this.next('hello'), late]);
    timer.abort();
    if (hello === undefined) return false;
    const version = hello === 'late' ? undefined : tokenNumber(hello, 0);
    if (version === PROTOCOL_VERSION) return true;
    this.close();
    if (version === undefined) {
      throw new VirtError('OPERATION_TIMEOUT', "the container's controller does not answer");
    }
    throw new VirtError(
      'OPERATION_UNSUPPORTED',
      `the container's controller speaks protocol version ${version}`,
      { hint: 'the container was started by another version of virtainer: use that one to manage it' },
    );
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) {
        if (message.name === 'ended') this.ended = message;
        for (const listener of [...this.#listeners]) listener(message);
      }
    } catch {
      this.#socket.destroy();
    }
  }
}

/** Undefined when nobody listens: the folder or the socket is gone, or its controller is. */
async function connectSocket(stateFolder: string): Promise<Socket | undefined> {
  const socket = new Socket();
  let folder: number | undefined;
  try {
    // The folder's path may be longer than a socket address can be: it is named by a descriptor.
    folder = openSync(stateFolder, constants.O_RDONLY | constants.O_DIRECTORY);
    const path = `/proc/self/fd/${folder}/control`;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect({ path }, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return socket;
  } catch (cause) {
    socket.destroy();
    if (isErrno(cause, 'ENOENT') || isErrno(cause, 'ECONNREFUSED')) return undefined;
    throw systemError("cannot reach the container's controller", cause);
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

/** The error in a `refused` message. */
export function refusal(doing: string, message: Message): VirtError {
  return new VirtError('OPERATION_FAILED', `${doing}: ${tokenText(message, 2)}`);
}
