/** `virtainer pidstune`. */
import type { KernelLimit } from '../../index.js';
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { given, optional, tune } from '../parameters.js';
import { isUnlimited, parseCount } from '../units.js';

interface PidsParameters {
  readonly limit: KernelLimit;
}

export const pidstune = defineCommand({
  name: 'pidstune',
  summary: 'print or change how many processes and threads a domain may have',
  positionals: ['NAME'],
  options: {
    limit: { type: 'string', value: 'N', help: '1 to 4194304, or unlimited' },
    ...AFFECT_OPTIONS,
  },
  run(context, arguments_) {
    return tune<PidsParameters>(context, arguments_, {
      verb: 'pidstune',
      what: 'the pids limit',
      changes: given<PidsParameters>({ limit: optional(arguments_.values.limit, parseLimit) }),
      read: async (domain, options) => ({ limit: await domain.getPidsLimit(options) }),
      change: async (domain, { limit }, options) => {
        if (limit !== undefined) await domain.setPidsLimit(limit, options);
      },
    });
  },
});

function parseLimit(text: string): KernelLimit {
  return isUnlimited(text) ? 'unlimited' : parseCount('limit', text);
}
