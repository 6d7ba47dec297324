/** Notices controllers that are killed: they can't record their container's end themselves. */
import { recoverIfStale } from '../active.js';
import type { Context } from '../context.js';
import { ControlConnection } from '../control.js';
import { native } from '../native.js';
import { withProcess } from '../process.js';

const EXIT_TIMEOUT_MS = 1000;

export class ControllerWatch {
  readonly #context: Context;
  readonly #connections = new Map<string, ControlConnection>();
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Watches every domain that is active now. */
  async watchAll(): Promise<void> {
    await Promise.all((await this.#context.live.list()).map((uuid) => this.watch(uuid)));
  }

  async watch(uuid: string): Promise<void> {
    if (this.#connections.has(uuid)) return;
    const connection = await ControlConnection.connect(this.#context.live.folder(uuid)).catch(
      () => undefined,
    );
    if (!connection) {
      await this.#recover(uuid);
      return;
    }
    if (this.#closed || this.#connections.has(uuid)) {
      connection.close();
      return;
    }
    this.#connections.set(uuid, connection);
    connection.unref();
    void connection.closed.then(() => {
      this.#connections.delete(uuid);
      return this.#closed || connection.ended ? undefined : this.#recover(uuid);
    });
  }

  /** What can't be cleaned up now is found again, and then reported, by whoever looks at the domain. */
  async #recover(uuid: string): Promise<void> {
    const record = await this.#context.live.controller(uuid).catch(() => undefined);
    // Its socket closes a moment before the controller is gone.
    if (record) await withProcess(record.controller, (pidfd) => native().pidfdWait(pidfd, EXIT_TIMEOUT_MS));
    await recoverIfStale(this.#context, uuid).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
  }
}
