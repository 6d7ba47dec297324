/** Reading is quick but synchronous: many readings must not hold up whatever else the program does. */

const SHARE_MS = 0.5;

/** A part of each turn of the event loop, for everybody who shares it. */
export class LoopShare {
  #turnBegan: number | undefined;
  readonly #waiting: (() => void)[] = [];

  /**
   * Undefined when there is time left in this turn: then the work has to begin at once, since only what is done counts.
   * A promise of a later turn otherwise, first come, first served.
   */
  admit(): Promise<void> | undefined {
    this.#turnBegan ??= this.#beginTurn();
    if (this.#waiting.length === 0 && performance.now() - this.#turnBegan < SHARE_MS) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #beginTurn(): number {
    setImmediate(() => {
      this.#turnBegan = undefined;
      const next = this.#waiting.shift();
      if (!next) return;
      this.#turnBegan = this.#beginTurn();
      next();
    });
    return performance.now();
  }
}

/** What all connections of this thread share. */
export const loopShare = new LoopShare();
