/**
 * The event journal of a state folder: fixed-size records, so that a record's position is its sequence number
 * and appending needs no lock. Format in docs/protocol.md.
 */
import { constants, watch, type FSWatcher } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { debuglog } from 'node:util';
import type { DomainEvent, LifecycleEventName } from '../../driver.js';
import { systemError } from '../../errors.js';
import { parseRecord, recordPrefix } from './records.js';

const debug = debuglog('virtainer');
const RECORD_BYTES = 1024;
const READ_RECORDS = 64;

/** Appends one event. */
export async function appendEvent(
  journal: string,
  domain: { readonly uuid: string; readonly name: string },
  event: LifecycleEventName,
  detail: string,
): Promise<void> {
  const text = `${recordPrefix('lifecycle', domain)},"event":"${event}","detail":"${detail}","at":${Date.now()}}`;
  const record = Buffer.alloc(RECORD_BYTES, ' ');
  record.write(text);
  record.write('\n', RECORD_BYTES - 1);
  try {
    const file = await open(journal, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      await file.write(record);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw systemError('cannot record event', cause, { path: journal });
  }
}

/** Delivers the records after a position, now and as they are appended. */
export class JournalTail {
  readonly #listener: (event: DomainEvent) => void;
  readonly #file: FileHandle;
  #watcher: FSWatcher | undefined;
  #position: number;
  #reading: Promise<void> | undefined;
  #again = false;
  #closed = false;

  private constructor(file: FileHandle, position: number, listener: (event: DomainEvent) => void) {
    this.#file = file;
    this.#position = position;
    this.#listener = listener;
  }

  /**
   * `since`: the last sequence number already known; the end of the journal when not given. A number that the
   * journal has not reached is of an earlier boot: what came after it is lost, and that is told by an overflow event.
   */
  static async open(
    path: string,
    since: number | undefined,
    listener: (event: DomainEvent) => void,
  ): Promise<JournalTail> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, constants.O_RDONLY | constants.O_CREAT, 0o600);
      const records = Math.floor((await file.stat()).size / RECORD_BYTES);
      const isLost = since !== undefined && since > records;
      const tail = new JournalTail(file, isLost ? 0 : (since ?? records), listener);
      if (isLost) listener({ type: 'overflow', dropped: since - records });
      tail.#watch(path);
      await tail.#reading;
      return tail;
    } catch (cause) {
      await file?.close();
      throw systemError('cannot follow the event journal', cause, { path });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watcher?.close();
    void (this.#reading ?? Promise.resolve()).finally(() => this.#file.close());
  }

  #watch(path: string): void {
    this.#watcher = watch(path, () => {
      this.#read();
    });
    this.#watcher.on('error', (error) => {
      debug('cannot follow the event journal: %s', error);
    });
    this.#read();
  }

  #read(): void {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = this.#drain()
      .catch((error: unknown) => {
        debug('cannot read the event journal: %s', error);
      })
      .finally(() => {
        this.#reading = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.#read();
      });
  }

  async #drain(): Promise<void> {
    const buffer = Buffer.alloc(READ_RECORDS * RECORD_BYTES);
    while (!this.#isClosed()) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#position * RECORD_BYTES);
      const records = Math.floor(bytesRead / RECORD_BYTES);
      if (records === 0) return;
      for (let index = 0; index < records; index++) {
        this.#position++;
        const text = buffer.toString('utf8', index * RECORD_BYTES, (index + 1) * RECORD_BYTES);
        const event = parseRecord(text, this.#position);
        if (event && !this.#isClosed()) this.#listener(event);
      }
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
