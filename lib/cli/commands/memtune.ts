/** `virtainer memtune`. */
import type { MemoryParameters } from '../../index.js';
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { given, optional, parseMemoryLimit, tune } from '../parameters.js';

const LIMIT = { type: 'string', value: 'SIZE' } as const;

export const memtune = defineCommand({
  name: 'memtune',
  summary: 'print or change the memory limits of a domain; KiB without a unit, -1 is unlimited',
  positionals: ['NAME'],
  options: {
    'hard-limit': { ...LIMIT, help: 'what the container can not exceed' },
    'soft-limit': { ...LIMIT, help: 'what it is brought back to when the host is short of memory' },
    'swap-hard-limit': { ...LIMIT, help: 'memory and swap together' },
    ...AFFECT_OPTIONS,
  },
  run(context, arguments_) {
    const limit = (option: 'hard-limit' | 'soft-limit' | 'swap-hard-limit'): number | undefined =>
      optional(arguments_.values[option], parseMemoryLimit(option));
    return tune(context, arguments_, {
      verb: 'memtune',
      what: 'memory limits',
      changes: given<MemoryParameters>({
        hard_limit: limit('hard-limit'),
        soft_limit: limit('soft-limit'),
        swap_hard_limit: limit('swap-hard-limit'),
      }),
      read: (domain, options) => domain.getMemoryParameters(options),
      change: (domain, changes, options) => domain.setMemoryParameters(changes, options),
    });
  },
});
