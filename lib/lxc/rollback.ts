/** Undo steps of a start, declared where the thing to undo is born. */
export class Rollback {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(undo: () => Promise<void> | void): void {
    this.#steps.push(undo);
  }

  /** Runs every step, last first. A failing step never hides the first error nor stops the others. */
  async run(): Promise<void> {
    for (const undo of this.#steps.reverse()) {
      try {
        await undo();
      } catch {
        // The error that led here is the one to report.
      }
    }
    this.#steps.length = 0;
  }
}
