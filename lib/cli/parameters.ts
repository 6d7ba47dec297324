/** What the verbs of limits share: virsh's typed parameters, printed or changed. */
import { MEMORY_UNLIMITED, type AffectOptions, type Domain } from '../index.js';
import { AFFECT_OPTIONS, affectOptions } from './affect-options.js';
import type { Arguments, Context } from './command.js';
import { identify } from './lookup.js';
import { printable } from './printable.js';
import { isUnlimited, parseMemoryKiB } from './units.js';

/** One of the verbs, with what the user wants changed. */
export interface Tuning<P extends object> {
  readonly verb: string;
  /** What is changed, as `memory limits`. */
  readonly what: string;
  readonly changes: Partial<P>;
  readonly read: (domain: Domain, options: AffectOptions) => Promise<P>;
  readonly change: (domain: Domain, changes: Partial<P>, options: AffectOptions) => Promise<void>;
  /** Printed above the parameters. */
  readonly head?: readonly Line[];
}

type Line = readonly [name: string, value: string | number];

/** Changes what is to be changed, or else prints the parameters. */
export async function tune<P extends object>(
  { print, findDomain }: Context,
  { values, positionals: [name = ''] }: Arguments<typeof AFFECT_OPTIONS>,
  { verb, what, changes, read, change, head = [] }: Tuning<P>,
): Promise<number> {
  const options = affectOptions(values, verb);
  const domain = await findDomain(name);
  if (Object.keys(changes).length > 0) {
    await change(domain, changes, options);
    await print.done(`Changed ${what} of domain '${domain.name}'`, { ...identify(domain), ...changes });
    return 0;
  }
  const parameters = await read(domain, options);
  const lines = [...head, ...Object.entries(parameters as Readonly<Record<string, string | number>>)];
  await print.answer(formatLines(lines), { ...identify(domain), ...parameters });
  return 0;
}

function formatLines(lines: readonly Line[]): string {
  return lines
    .map(([name, value]) => {
      const text = value === MEMORY_UNLIMITED ? 'unlimited' : printable(String(value));
      return `${name.padEnd(15)}: ${text}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** The parameters that are given. */
export function given<P extends object>(parameters: {
  readonly [K in keyof P]: P[K] | undefined;
}): Partial<P> {
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  // fromEntries can't know the type.
  return Object.fromEntries(present) as Partial<P>;
}

/** The value of an option, read, when it is given. */
export function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

/** KiB, or no limit. */
export function parseMemoryLimit(option: string): (text: string) => number {
  return (text) => (isUnlimited(text) ? MEMORY_UNLIMITED : parseMemoryKiB(`--${option}`, text));
}
