/** `virtainer setmaxmem`. */
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { setMemory } from '../set-memory.js';

export const setmaxmem = defineCommand({
  name: 'setmaxmem',
  summary: 'change the most memory that a domain can be given; SIZE is KiB without a unit',
  positionals: ['NAME', 'SIZE'],
  options: AFFECT_OPTIONS,
  run: (context, given) => setMemory(context, given, { verb: 'setmaxmem', maximum: true }),
});
