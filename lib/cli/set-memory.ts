/** What setmem and setmaxmem share. */
import { AFFECT_OPTIONS, affectOptions } from './affect-options.js';
import type { Arguments, Context } from './command.js';
import { identify } from './lookup.js';
import { parseMemoryKiB } from './units.js';

export async function setMemory(
  { print, findDomain }: Context,
  { values, positionals: [name = '', size = ''] }: Arguments<typeof AFFECT_OPTIONS>,
  { verb, maximum }: { readonly verb: string; readonly maximum: boolean },
): Promise<number> {
  const options = affectOptions(values, verb);
  const memoryKiB = parseMemoryKiB('SIZE', size);
  const domain = await findDomain(name);
  await domain.setMemory(memoryKiB, { ...options, maximum });
  const what = maximum ? 'Max memory' : 'Memory';
  await print.done(`${what} of domain '${domain.name}' set to ${memoryKiB} KiB`, {
    ...identify(domain),
    ...(maximum ? { maxMemoryKiB: memoryKiB } : { memoryKiB }),
  });
  return 0;
}
