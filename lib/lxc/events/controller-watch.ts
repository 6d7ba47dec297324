/** Notices controllers that are killed: they can't record their container's end themselves. */
import { debuglog } from 'node:util';
import { findActive, recoverIfStale } from '../active.js';
import type { Context } from '../context.js';
import { ControlConnection } from '../control.js';
import { native } from '../native.js';
import { withProcess } from '../process.js';

const EXIT_TIMEOUT_MS = 1000;
const debug = debuglog('virtainer');

export class ControllerWatch {
  readonly #context: Context;
  readonly #connections = new Map<string, ControlConnection>();
  readonly #watched = new Set<string>();
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Watches every domain that is active now. */
  watchAll(): void {
    this.#context.live.list().then(
      (uuids) => {
        for (const uuid of uuids) this.watch(uuid);
      },
      (error: unknown) => {
        debug('cannot watch controllers: %s', error);
      },
    );
  }

  /** Watches a domain until it is off. What goes wrong is found again by whoever looks at the domain. */
  watch(uuid: string): void {
    if (this.#closed || this.#watched.has(uuid)) return;
    this.#watched.add(uuid);
    this.#follow(uuid)
      .catch((error: unknown) => {
        debug('cannot watch the controller of %s: %s', uuid, error);
      })
      .finally(() => {
        this.#watched.delete(uuid);
      });
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
  }

  /** One run after the other: a domain may be started again before the end of its last run has been seen. */
  async #follow(uuid: string): Promise<void> {
    while (!this.#closed && (await findActive(this.#context, uuid))) {
      const connection = await ControlConnection.connect(this.#context.live.folder(uuid));
      if (connection) await this.#untilClosed(uuid, connection);
      if (!connection?.ended) await this.#recover(uuid);
    }
    if (!this.#closed) await recoverIfStale(this.#context, uuid);
  }

  async #untilClosed(uuid: string, connection: ControlConnection): Promise<void> {
    this.#connections.set(uuid, connection);
    if (this.#closed) connection.close();
    connection.unref();
    await connection.closed;
    this.#connections.delete(uuid);
  }

  async #recover(uuid: string): Promise<void> {
    if (this.#closed) return;
    const record = await this.#context.live.controller(uuid);
    // Its socket closes a moment before the controller is gone.
    if (record) await withProcess(record.controller, (pidfd) => native().pidfdWait(pidfd, EXIT_TIMEOUT_MS));
    await recoverIfStale(this.#context, uuid);
  }
}
