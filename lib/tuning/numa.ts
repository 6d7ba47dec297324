/** NUMA nodes of a domain. */
import {
  NUMATUNE_MODES,
  formatCpuset,
  parseCpuset,
  type CompleteDomain,
  type NumatuneMode,
} from '../definition/domain/index.js';
import type { AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import type { Limits } from '../driver.js';
import { VirtError, quote } from '../errors.js';
import { changeDefinitions, checkNames, readLimits } from './affected.js';
import type { NumaParameters } from './parameters.js';

export async function readNumaParameters(view: DomainView, options: AffectOptions): Promise<NumaParameters> {
  const { memoryMode, nodeset }: Limits = await readLimits(view, 'virDomainGetNumaParameters', options);
  return { numa_mode: memoryMode, numa_nodeset: nodeset ?? '' };
}

export async function changeNumaParameters(
  view: DomainView,
  parameters: Partial<NumaParameters>,
  options: AffectOptions,
): Promise<void> {
  checkNames(parameters, ['numa_mode', 'numa_nodeset']);
  const { numa_mode: mode, numa_nodeset: given } = parameters;
  if (mode !== undefined && !NUMATUNE_MODES.includes(mode)) {
    throw new VirtError('INVALID_ARG', `unsupported numatune mode: ${quote(mode)}`, {
      hint: `the modes are ${NUMATUNE_MODES.join(', ')}`,
    });
  }
  const nodeset = given === undefined || given === '' ? given : formatCpuset(parseCpuset(given));
  const nodes = { mode, nodeset };
  const tuning = { name: 'virDomainSetNumaParameters', options, limits: ['cpuset'] } as const;
  await changeDefinitions(view, tuning, (definition, scope) => {
    if (scope === 'live') refuseLive(definition, nodes);
    return withNodes(definition, nodes);
  });
}

interface Nodes {
  readonly mode: NumaParameters['numa_mode'] | undefined;
  readonly nodeset: string | undefined;
}

/** A process has the policy that it was started with. */
function refuseLive({ name, numatune }: CompleteDomain, { mode, nodeset }: Nodes): void {
  const old = numatune?.memory?.mode ?? 'strict';
  if (mode !== undefined && mode !== old) {
    throw new VirtError('OPERATION_INVALID', `can't change numatune mode for running domain '${name}'`);
  }
  if (nodeset !== undefined && old !== 'strict' && old !== 'restrictive') {
    throw new VirtError(
      'OPERATION_INVALID',
      `change of nodeset for running domain '${name}' requires strict numa mode`,
    );
  }
}

/** An empty set: every node of the host. */
function withNodes(definition: CompleteDomain, { mode, nodeset }: Nodes): CompleteDomain {
  const { numatune, ...rest } = definition;
  const { memory, ...others } = numatune ?? {};
  const nodes = nodeset ?? memory?.nodeset ?? '';
  if (nodes === '') {
    if (mode !== undefined && mode !== 'strict') throw modeWithoutNodes(mode);
    return Object.keys(others).length === 0 ? rest : { ...rest, numatune: others };
  }
  const changed = { mode: mode ?? memory?.mode ?? 'strict', placement: 'static', nodeset: nodes } as const;
  return { ...rest, numatune: { ...others, memory: changed } };
}

function modeWithoutNodes(mode: NumatuneMode): VirtError {
  return new VirtError('INVALID_ARG', `numatune mode '${mode}' needs nodes`, {
    hint: "give numa_nodeset (--nodeset), such as '0'",
  });
}
