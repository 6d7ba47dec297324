/** A command from launch to end: signals, time limit, abort. Knows nothing of what it writes. */
import type { CommandExit, ExecHandle } from '../driver.js';
import type { EarlyEnd } from './result.js';

export interface CommandLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly forceKillAfterDelayMs: number;
}

/** setTimeout turns what is longer into 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Command {
  /** Rejects when the command can't be launched. */
  readonly handle: Promise<ExecHandle>;
  /** Rejects when it can't be launched, or its end can't be known. */
  readonly exit: Promise<CommandExit>;
  readonly #limits: CommandLimits;
  readonly #waiting: ((handle: ExecHandle) => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #running: ExecHandle | undefined;
  #early: EarlyEnd | undefined;
  #exited = false;
  #forced = false;
  #released = false;

  constructor(launch: () => Promise<ExecHandle>, limits: CommandLimits) {
    this.#limits = limits;
    this.handle = this.#launch(launch);
    this.exit = this.#watch();
    this.exit.catch(() => undefined);
    limits.signal?.addEventListener('abort', this.#abort, { once: true });
    this.#after(limits.timeoutMs, () => {
      this.stop({ kind: 'timeout', timeoutMs: limits.timeoutMs });
    });
  }

  /** Why it was stopped from this side, if it was. */
  get early(): EarlyEnd | undefined {
    return this.#early;
  }

  /** Ends it for a reason; the first reason counts. */
  stop(reason: EarlyEnd): void {
    if (this.#released) return;
    this.#early ??= reason;
    this.kill('SIGTERM');
  }

  /** Sends a signal, as soon as there is a process. SIGTERM is followed by SIGKILL when it does not help. */
  kill(signal: NodeJS.Signals | number): void {
    if (this.#released) return;
    this.withHandle((handle) => {
      handle.kill(signal);
    });
    if (signal !== 'SIGTERM') return;
    this.#after(this.#limits.forceKillAfterDelayMs, () => {
      this.#forced = true;
      this.withHandle((handle) => {
        handle.kill('SIGKILL');
      });
      this.#cutOutput();
    });
  }

  /** Calls back with the handle: at once, or when it is there. Never when it can't be launched. */
  withHandle(use: (handle: ExecHandle) => void): void {
    if (this.#running) use(this.#running);
    else this.#waiting.push(use);
  }

  /** It is over: lets go of timers and signal, and does nothing any more. */
  release(): void {
    this.#released = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#limits.signal?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.stop({ kind: 'abort', reason: this.#limits.signal?.reason });
  };

  async #launch(launch: () => Promise<ExecHandle>): Promise<ExecHandle> {
    const { signal } = this.#limits;
    if (signal?.aborted) {
      this.#early = { kind: 'abort', reason: signal.reason };
      signal.throwIfAborted();
    }
    const handle = await launch();
    this.#running = handle;
    for (const use of this.#waiting.splice(0)) use(handle);
    return handle;
  }

  async #watch(): Promise<CommandExit> {
    const handle = await this.handle;
    try {
      return await handle.exit;
    } finally {
      this.#exited = true;
      this.#cutOutput();
    }
  }

  /** A process it left behind may hold its pipes open for ever: nobody waits for that after SIGKILL. */
  #cutOutput(): void {
    if (!this.#forced || !this.#exited) return;
    this.#running?.stdout.destroy();
    this.#running?.stderr?.destroy();
  }

  #after(delayMs: number, act: () => void): void {
    if (delayMs > MAX_TIMER_MS) return;
    this.#timers.add(setTimeout(act, delayMs));
  }
}
