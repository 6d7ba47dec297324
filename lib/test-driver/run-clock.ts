/** How long a test domain has run. */

export class RunClock {
  /** When the run began. */
  readonly startedAt = new Date();
  #startNs = process.hrtime.bigint();
  #pauseNs: bigint | undefined;

  /** Nanoseconds up to this moment of `process.hrtime`; pauses don't count. */
  elapsedNs(nowNs: bigint): bigint {
    return (this.#pauseNs ?? nowNs) - this.#startNs;
  }

  pause(): void {
    this.#pauseNs ??= process.hrtime.bigint();
  }

  resume(): void {
    if (this.#pauseNs === undefined) return;
    this.#startNs += process.hrtime.bigint() - this.#pauseNs;
    this.#pauseNs = undefined;
  }
}
