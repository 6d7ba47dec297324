/** Signals to this program go to the command it runs. */
import { constants } from 'node:os';
import type { ExecProcess } from '../index.js';
import type { Io, SignalSource } from './io.js';

export const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'];

/** How long a command may outlive a hang-up, as SIGTERM's time in the library. */
const HANGUP_GRACE_MS = 5000;

/** The exit code of something that a signal has ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Calls back instead of the signals' usual effect. Returns how to stop. */
export function onSignals(
  source: SignalSource,
  signals: readonly NodeJS.Signals[],
  act: (signal: NodeJS.Signals) => void,
): () => void {
  for (const signal of signals) source.on(signal, act);
  return () => {
    for (const signal of signals) source.off(signal, act);
  };
}

export class SignalForwarder implements Disposable {
  readonly #stop: () => void;
  #received: NodeJS.Signals | undefined;
  #target: ExecProcess | undefined;
  #hangup: NodeJS.Timeout | undefined;

  constructor({ signals }: Io) {
    this.#stop = onSignals(signals, ENDING_SIGNALS, (signal) => {
      this.#received = signal;
      if (this.#target) this.#send(this.#target, signal);
    });
  }

  /** The last signal that came. */
  get received(): NodeJS.Signals | undefined {
    return this.#received;
  }

  /** From now on signals go to this command, and so does the one that came before it. */
  forwardTo(target: ExecProcess): void {
    this.#target = target;
    if (this.#received) this.#send(target, this.#received);
  }

  [Symbol.dispose](): void {
    this.#stop();
    clearTimeout(this.#hangup);
  }

  #send(target: ExecProcess, signal: NodeJS.Signals): void {
    target.kill(signal);
    // Nobody is left to stop a command that ignores the end of its terminal.
    if (signal !== 'SIGHUP') return;
    this.#hangup ??= setTimeout(() => {
      target.kill('SIGKILL');
    }, HANGUP_GRACE_MS);
  }
}
