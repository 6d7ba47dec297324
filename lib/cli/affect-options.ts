/** Which definition of a domain is meant: options in virsh's words. */
import type { AffectOptions } from '../index.js';
import type { OptionTable, OptionValues } from './command.js';
import { usageError } from './failure.js';

export const AFFECT_OPTIONS = {
  config: { type: 'boolean', help: 'the stored definition, for the next start' },
  live: { type: 'boolean', help: 'the running container' },
  current: { type: 'boolean', help: 'the running container, or else the stored definition (the default)' },
} as const satisfies OptionTable;

/** As in virsh, --current excludes the others. */
export function affectOptions(
  values: OptionValues<typeof AFFECT_OPTIONS> & { readonly persistent?: boolean },
  verb: string,
): AffectOptions {
  const { config = false, live = false, current = false } = values;
  const other = (['config', 'live', 'persistent'] as const).find((option) => values[option]);
  if (current && other !== undefined) throw usageError(`--current and --${other} exclude each other`, verb);
  return { config, live };
}
