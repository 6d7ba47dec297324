import { refusal, unknownValue } from '../../refusal.js';

/** One word of a list, where libvirt answers all others with CONFIG_UNSUPPORTED. */
export function oneSupported<T extends string>(
  what: string,
  value: string | undefined,
  list: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = list.find((item) => item === value);
  if (found === undefined) throw refusal('CONFIG_UNSUPPORTED', unknownValue(what, value, list).message);
  return found;
}
