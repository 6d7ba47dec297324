/** Which definition a tuning function reads or changes. */
import { checkDomainDefinition, type CompleteDomain } from '../definition/domain/index.js';
import { scopeToRead, type AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import type { LimitKind, Limits, Scope } from '../driver.js';
import { VirtError } from '../errors.js';

/** Called `name` by libvirt. */
export async function readLimits(view: DomainView, name: string, options: AffectOptions): Promise<Limits> {
  const driver = view.session.reading(name);
  const domain = await view.lookWith(driver);
  return driver.getLimits(view.uuid, scopeToRead(domain, options));
}

/** A call of one of libvirt's setters. */
export interface Tuning {
  readonly name: string;
  readonly options: AffectOptions;
  readonly limits: readonly LimitKind[];
}

/** All definitions are changed, or none. */
export async function changeDefinitions(
  view: DomainView,
  { name, options, limits }: Tuning,
  change: (definition: CompleteDomain, scope: Scope) => CompleteDomain,
): Promise<void> {
  const driver = await view.session.changing(name);
  const checked = (definition: CompleteDomain, scope: Scope): CompleteDomain => {
    const changed = change(definition, scope);
    checkDomainDefinition(changed);
    return changed;
  };
  await driver.updateDefinition(view.uuid, options, Object.assign(checked, { limits }));
}

/** @throws VirtError INVALID_ARG unless it is a whole number within bounds, both included. */
export function checkRange(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new VirtError('INVALID_ARG', `value of ${name} is out of range [${min}, ${max}]: ${value}`);
}

/** @throws VirtError INVALID_ARG for a name that does not exist, which would have no effect. */
export function checkNames(parameters: object | null, known: readonly string[]): void {
  if (typeof parameters !== 'object' || parameters === null) {
    throw new VirtError('INVALID_ARG', 'parameters must be an object');
  }
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new VirtError('INVALID_ARG', `parameter '${unknown}' not supported`, {
    hint: `the parameters are ${known.join(', ')}`,
  });
}
