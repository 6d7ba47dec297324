/** The small texts in which the kernel tells numbers. What is not known in them is passed over. */

/** The number a text begins with; undefined when there is no text, or a word like `max`. */
export function numberIn(text: string | undefined): bigint | undefined {
  const digits = text === undefined ? undefined : /^\d+/u.exec(text)?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

/** The number of the line `name number`. */
export function numberOf(text: string | undefined, name: string): bigint | undefined {
  if (text === undefined) return undefined;
  const prefix = `${name} `;
  if (text.startsWith(prefix)) return numberIn(text.slice(prefix.length));
  const at = text.indexOf(`\n${prefix}`);
  // No number has more than twenty digits.
  return at === -1 ? undefined : numberIn(text.slice(at + 1 + prefix.length, at + 25 + prefix.length));
}

/** The same, of what is counted with a JavaScript number. */
export function countOf(text: string | undefined, name: string): number | undefined {
  const number = numberOf(text, name);
  return number === undefined ? undefined : Number(number);
}

/** The words `name=value` of a line. */
export function pairsOf(line: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const word of line.split(' ')) {
    const equals = word.indexOf('=');
    if (equals !== -1) pairs.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return pairs;
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

export function toKiB(bytes: bigint): number;
export function toKiB(bytes: bigint | undefined): number | undefined;
export function toKiB(bytes: bigint | undefined): number | undefined {
  return bytes === undefined ? undefined : Number(bytes / 1024n);
}

/** Times in clock ticks are told in hundredths of a second on every architecture. */
export function ticksToNs(ticks: bigint): bigint {
  return ticks * 10_000_000n;
}
