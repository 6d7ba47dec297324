/** `virtainer setmem`. */
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { setMemory } from '../set-memory.js';

export const setmem = defineCommand({
  name: 'setmem',
  summary: 'change the memory that a domain has; SIZE is KiB without a unit',
  positionals: ['NAME', 'SIZE'],
  options: AFFECT_OPTIONS,
  run: (context, given) => setMemory(context, given, { verb: 'setmem', maximum: false }),
});
