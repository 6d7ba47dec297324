/** CPU time of a domain. */
import { PERIOD_RANGE, QUOTA_RANGE, SHARES_RANGE, type Cputune } from '../definition/domain/index.js';
import { compact, compactOrNothing } from '../definition/plain/compact.js';
import type { AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import { changeDefinitions, checkNames, checkRange, readLimits } from './affected.js';
import type { SchedulerParameters } from './parameters.js';

const PARAMETERS = [
  'cpu_shares',
  'vcpu_period',
  'vcpu_quota',
] as const satisfies readonly (keyof SchedulerParameters)[];

export async function readSchedulerParameters(
  view: DomainView,
  options: AffectOptions,
): Promise<SchedulerParameters> {
  const limits = await readLimits(view, 'virDomainGetSchedulerParametersFlags', options);
  return {
    cpu_shares: limits.shares,
    vcpu_period: limits.periodMicroseconds,
    vcpu_quota: limits.quotaMicroseconds,
  };
}

export async function changeSchedulerParameters(
  view: DomainView,
  parameters: Partial<SchedulerParameters>,
  options: AffectOptions,
): Promise<void> {
  checkNames(parameters, PARAMETERS);
  const { cpu_shares: shares, vcpu_period: period, vcpu_quota: quota } = parameters;
  const changed: Partial<Cputune> = compact({
    shares: shares === undefined ? undefined : checkRange('cpu_shares', shares, SHARES_RANGE),
    periodMicroseconds: period === undefined ? undefined : checkRange('vcpu_period', period, PERIOD_RANGE),
    quotaMicroseconds: quota === undefined ? undefined : checkQuota(quota),
  });
  const name = 'virDomainSetSchedulerParametersFlags';
  await changeDefinitions(view, { name, options, limits: ['cpu'] }, ({ cputune: old, ...rest }) => {
    const cputune: Cputune | undefined = compactOrNothing({ ...old, ...changed });
    return cputune ? { ...rest, cputune } : rest;
  });
}

/** Every negative number is none. */
function checkQuota(quota: number): number {
  return quota < 0 ? -1 : checkRange('vcpu_quota', quota, QUOTA_RANGE);
}
