/** What a verb says: text for people, or one JSON object. */
import { write, type Output } from './io.js';
import { COMMANDING, hex } from './printable.js';

export interface Printer {
  /** The answer: text, or the object with --json. */
  answer(text: string, object: object): Promise<void>;
  /** What happened: as the answer, but --quiet leaves the text out. */
  done(text: string, object: object): Promise<void>;
}

export function createPrinter(stdout: Output, options: { json: boolean; quiet: boolean }): Printer {
  const answer: Printer['answer'] = (text, object) =>
    write(stdout, options.json ? toJson(object) : endLine(text));
  return {
    answer,
    done: async (text, object) => {
      if (options.json || !options.quiet) await answer(text, object);
    },
  };
}

/**
 * One line of JSON. Counters that can outgrow a number are decimal strings, always. What a terminal would obey is
 * written as an escape sequence of JSON, also where JSON does not ask for it.
 */
export function toJson(object: object): string {
  const text = JSON.stringify(object, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return `${text.replace(COMMANDING, (character) => `\\u${hex(character, 4)}`)}\n`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
