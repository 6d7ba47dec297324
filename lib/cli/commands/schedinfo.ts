/** `virtainer schedinfo`. */
import type { SchedulerParameters } from '../../index.js';
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { usageError } from '../failure.js';
import { tune } from '../parameters.js';

export const schedinfo = defineCommand({
  name: 'schedinfo',
  summary: 'print or change how much CPU time a domain gets',
  positionals: ['NAME', '[PARAM=VALUE...]'],
  options: {
    set: {
      type: 'string',
      multiple: true,
      value: 'PARAM=VALUE',
      help: 'cpu_shares, vcpu_period or vcpu_quota; may be repeated',
    },
    ...AFFECT_OPTIONS,
  },
  run(context, arguments_) {
    const [, ...more] = arguments_.positionals;
    const changes: Partial<SchedulerParameters> = Object.fromEntries(
      [...(arguments_.values.set ?? []), ...more].map(parseParameter),
    );
    return tune(context, arguments_, {
      verb: 'schedinfo',
      what: 'scheduler parameters',
      changes,
      head: [['Scheduler', 'posix']],
      read: (domain, options) => domain.getSchedulerParameters(options),
      change: (domain, parameters, options) => domain.setSchedulerParameters(parameters, options),
    });
  },
});

/** Names are checked by the library. */
function parseParameter(text: string): readonly [name: string, value: number] {
  const [, name = '', value] = /^(\w+)=(-?\d+)$/u.exec(text) ?? [];
  if (value !== undefined) return [name, Number(value)];
  throw usageError(`unexpected argument '${text}': parameters are PARAM=NUMBER`, 'schedinfo');
}
