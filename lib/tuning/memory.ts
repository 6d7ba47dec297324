/** Memory of a domain, KiB. */
import { memoryLimitKiB, type CompleteDomain, type Memtune } from '../definition/domain/index.js';
import { compactOrNothing } from '../definition/plain/compact.js';
import type { AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import { VirtError } from '../errors.js';
import { changeDefinitions, checkNames, checkRange, readLimits } from './affected.js';
import { MEMORY_UNLIMITED, type MemoryParameters } from './parameters.js';

/** Which limit {@link Domain.setMemory} changes, and where. */
export interface SetMemoryOptions extends AffectOptions {
  /** The most that the domain can be given, as {@link Domain.setMaxMemory}. Default: false. */
  readonly maximum?: boolean;
}

const PARAMETERS = [
  'hard_limit',
  'soft_limit',
  'swap_hard_limit',
] as const satisfies readonly (keyof MemoryParameters)[];
const RANGE = { min: 1, max: MEMORY_UNLIMITED };

export async function readMaxMemory(view: DomainView): Promise<number> {
  const driver = view.session.reading('virDomainGetMaxMemory');
  return (await driver.getInfo(view.uuid)).maxMemoryKiB;
}

export async function changeMemory(
  view: DomainView,
  memoryKiB: number,
  { maximum = false, ...options }: SetMemoryOptions,
): Promise<void> {
  const name = maximum ? 'virDomainSetMaxMemory' : 'virDomainSetMemoryFlags';
  checkRange('memory', memoryKiB, RANGE);
  await changeDefinitions(view, { name, options, limits: ['memory'] }, (definition, scope) => {
    if (!maximum) return checkSwap(withMemory(definition, memoryKiB));
    if (scope === 'config') return withMaxMemory(definition, memoryKiB);
    throw new VirtError('OPERATION_INVALID', 'Cannot resize the max memory on an active domain', {
      hint: 'change the stored definition, for the next start: setMemory() with maximum and config (setmaxmem --config)',
    });
  });
}

function withMaxMemory(definition: CompleteDomain, memoryKiB: number): CompleteDomain {
  return {
    ...definition,
    memoryKiB,
    currentMemoryKiB: Math.min(definition.currentMemoryKiB, memoryKiB),
  };
}

/** A hard limit is what the kernel has in place of the memory: it can't stay another. */
function withMemory(definition: CompleteDomain, memoryKiB: number): CompleteDomain {
  if (memoryKiB > definition.memoryKiB) {
    throw new VirtError('INVALID_ARG', 'Cannot set memory higher than max memory', {
      hint: `max memory is ${definition.memoryKiB} KiB: see setMaxMemory`,
    });
  }
  const changed = { ...definition, currentMemoryKiB: memoryKiB };
  const { memtune } = definition;
  if (memtune?.hardLimitKiB === undefined) return changed;
  return { ...changed, memtune: { ...memtune, hardLimitKiB: memoryKiB } };
}

export async function readMemoryParameters(
  view: DomainView,
  options: AffectOptions,
): Promise<MemoryParameters> {
  const limits = await readLimits(view, 'virDomainGetMemoryParameters', options);
  return {
    hard_limit: limits.hardLimitKiB ?? MEMORY_UNLIMITED,
    soft_limit: limits.softLimitKiB ?? MEMORY_UNLIMITED,
    swap_hard_limit: limits.swapHardLimitKiB ?? MEMORY_UNLIMITED,
  };
}

export async function changeMemoryParameters(
  view: DomainView,
  parameters: Partial<MemoryParameters>,
  options: AffectOptions,
): Promise<void> {
  checkNames(parameters, PARAMETERS);
  for (const name of PARAMETERS) {
    const value = parameters[name];
    if (value !== undefined) checkRange(name, value, RANGE);
  }
  await changeDefinitions(
    view,
    { name: 'virDomainSetMemoryParameters', options, limits: ['memory'] },
    (definition) => {
      const { memtune, ...rest } = definition;
      const changed = withParameters(memtune, parameters);
      return checkSwap(changed ? { ...rest, memtune: changed } : rest);
    },
  );
}

/** Without a hard limit it is the memory that the kernel keeps below the sum. */
function checkSwap(definition: CompleteDomain): CompleteDomain {
  const [limitKiB, swapKiB] = [memoryLimitKiB(definition), definition.memtune?.swapHardLimitKiB];
  if (swapKiB === undefined || limitKiB <= swapKiB) return definition;
  throw new VirtError(
    'INVALID_ARG',
    `memory hard_limit tunable value must be lower than or equal to swap_hard_limit: ${limitKiB} KiB and ${swapKiB} KiB`,
    { hint: 'swap_hard_limit is memory and swap together: change hard_limit as well' },
  );
}

function withParameters(old: Memtune = {}, parameters: Partial<MemoryParameters>): Memtune | undefined {
  const { hard_limit: hard, soft_limit: soft, swap_hard_limit: swap } = parameters;
  return compactOrNothing({
    ...old,
    hardLimitKiB: hard === undefined ? old.hardLimitKiB : limited(hard),
    softLimitKiB: soft === undefined ? old.softLimitKiB : limited(soft),
    swapHardLimitKiB: swap ?? old.swapHardLimitKiB,
  });
}

function limited(sizeKiB: number): number | undefined {
  return sizeKiB === MEMORY_UNLIMITED ? undefined : sizeKiB;
}
