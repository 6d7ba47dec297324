/** What comes out of a container, on a terminal of the host: names must not command it. */

/** Control characters, also those above 0x7f, and what turns the direction of writing. */
export const COMMANDING = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with such characters as `\x1b`. Not for texts of several lines. */
export function printable(text: string): string {
  return text.replace(COMMANDING, (character) => {
    const isByte = (character.codePointAt(0) ?? 0) < 0x100;
    return isByte ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
  });
}

export function hex(character: string, digits: number): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
}
