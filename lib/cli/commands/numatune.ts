/** `virtainer numatune`. */
import { NUMATUNE_MODES, type NumaParameters, type NumatuneMode } from '../../index.js';
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { usageError } from '../failure.js';
import { given, optional, tune } from '../parameters.js';

export const numatune = defineCommand({
  name: 'numatune',
  summary: 'print or change the NUMA nodes that the memory of a domain comes from',
  positionals: ['NAME'],
  options: {
    mode: { type: 'string', value: 'MODE', help: NUMATUNE_MODES.join(', ') },
    nodeset: { type: 'string', value: 'NODES', help: 'nodes of the host, as 0-1; empty: all' },
    ...AFFECT_OPTIONS,
  },
  run(context, arguments_) {
    const { mode, nodeset } = arguments_.values;
    return tune(context, arguments_, {
      verb: 'numatune',
      what: 'NUMA nodes',
      changes: given<NumaParameters>({ numa_mode: optional(mode, parseMode), numa_nodeset: nodeset }),
      read: (domain, options) => domain.getNumaParameters(options),
      change: (domain, changes, options) => domain.setNumaParameters(changes, options),
    });
  },
});

function parseMode(text: string): NumatuneMode {
  const mode = NUMATUNE_MODES.find((item) => item === text);
  if (mode !== undefined) return mode;
  throw usageError(`--mode must be one of ${NUMATUNE_MODES.join(', ')}: '${text}'`, 'numatune');
}
