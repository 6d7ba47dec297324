/** Which definition a tuning function reads or changes. */
import { checkDomainDefinition, type CompleteDomain } from '../definition/domain/index.js';
import { scopesToChange, scopeToRead, type AffectOptions } from '../domain-metadata.js';
import type { DomainView } from '../domain-view.js';
import type { DefinitionChange, DomainSummary, LimitKind, Limits, Scope } from '../driver.js';
import { VirtError } from '../errors.js';

/** Called `name` by libvirt. */
export async function readLimits(view: DomainView, name: string, options: AffectOptions): Promise<Limits> {
  const driver = view.session.reading(name);
  const domain = await view.lookWith(driver);
  return driver.getLimits(view.uuid, scopeToRead(domain, options));
}

/** What is changed, as far as a change has to know. */
export interface Affected {
  readonly domain: DomainSummary;
  readonly scopes: readonly Scope[];
}

/** A call of one of libvirt's setters. */
export interface Tuning {
  readonly name: string;
  readonly options: AffectOptions;
  readonly limits: readonly LimitKind[];
}

/** All definitions are changed, or none. `prepare` refuses what can't be changed in a running domain. */
export async function changeDefinitions(
  view: DomainView,
  { name, options, limits }: Tuning,
  prepare: (affected: Affected) => DefinitionChange,
): Promise<void> {
  const driver = await view.session.changing(name);
  const domain = await view.lookWith(driver);
  const scopes = scopesToChange(domain, options);
  const change = prepare({ domain, scopes });
  const checked = (definition: CompleteDomain, scope: Scope): CompleteDomain => {
    const changed = change(definition, scope);
    checkDomainDefinition(changed);
    return changed;
  };
  await driver.updateDefinition(view.uuid, scopes, Object.assign(checked, { limits }));
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
