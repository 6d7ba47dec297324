/** The lines of a configuration that is being written. */
import type { ElementReport } from '../../unmapped.js';

export class Lines {
  readonly report: ElementReport;
  readonly #lines: string[] = [];

  constructor(report: ElementReport) {
    this.report = report;
  }

  /** A line for what `element` says; reported when no line can hold the value. */
  add(element: string, key: string, value: string | number): void {
    const text = String(value);
    if (/[\r\n\0]/u.test(text)) this.report.add(element, 'a value must be in one line');
    else this.#lines.push(`${key} = ${quoteIfNeeded(text)}`);
  }

  /** The same, where there is a value. */
  optional(element: string, key: string, value: string | number | undefined): void {
    if (value !== undefined) this.add(element, key, value);
  }

  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }
}

/** Blanks at the ends would be lost, and quotes there be taken for such. */
function quoteIfNeeded(text: string): string {
  return /^[\s"']|\s$/u.test(text) ? `"${text}"` : text;
}
