/** SELinux contexts, `user:role:type` and, with multi-category security, `:range`. */

export interface SelinuxContext {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  /** `s0`, `s0:c1,c2`, `s0-s0:c0.c1023`. Absent where the policy has no levels. */
  readonly range?: string | undefined;
}

const NAME = '[A-Za-z0-9_.-]+';
const CONTEXT = new RegExp(`^(${NAME}):(${NAME}):(${NAME})(?::([A-Za-z0-9_.,:-]+))?$`, 'u');

/** Undefined when it is none. */
export function parseContext(text: string): SelinuxContext | undefined {
  const [, user, role, type, range] = CONTEXT.exec(text) ?? [];
  if (user === undefined || role === undefined || type === undefined) return undefined;
  return { user, role, type, range };
}

export function formatContext({ user, role, type, range }: SelinuxContext): string {
  return [user, role, type, ...(range === undefined ? [] : [range])].join(':');
}

/** What a range lets one choose from. */
export interface Clearance {
  /** The low level: `s0`. */
  readonly sensitivity: string;
  /** Categories of the high level, ascending; empty when it names none. */
  readonly categories: readonly number[];
}

/** Undefined when it is no range that can be understood. */
export function parseRange(range: string): Clearance | undefined {
  const [low = '', high = low, ...more] = range.split('-');
  const sensitivity = /^s\d+/u.exec(low)?.[0];
  const [, list] = /^s\d+(?::(.+))?$/u.exec(high) ?? [];
  if (sensitivity === undefined || more.length > 0) return undefined;
  const categories = list === undefined ? [] : parseCategories(list);
  return categories && { sensitivity, categories };
}

/** `c0.c5,c9`: parts joined by a dot are ranges. */
function parseCategories(list: string): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of list.split(',')) {
    const [, first, last = first] = /^c(\d{1,4})(?:\.c(\d{1,4}))?$/u.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) return undefined;
    for (let category = Number(first); category <= Number(last); category++) found.add(category);
  }
  return [...found].sort((one, other) => one - other);
}
