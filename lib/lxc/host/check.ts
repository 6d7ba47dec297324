/** Everything that containers need of a host, looked at without changing anything. */
import type { HostCheck, HostReport } from '../../definition/security/index.js';
import { CGROUP_CHECKS } from './checks/cgroups.js';
import type { Check, CheckedHost } from './checks/check.js';
import { KERNEL_CHECKS } from './checks/kernel.js';
import { NAMESPACE_CHECKS } from './checks/namespaces.js';
import { HOST_PROBES } from './checks/probes.js';
import { PROTECTION_CHECKS } from './checks/protection.js';
import { SCALE_CHECKS } from './checks/scale.js';
import { kernelVersion } from './facts.js';
import { HostTree } from './tree.js';

export const CHECKS: readonly Check[] = [
  ...KERNEL_CHECKS,
  ...NAMESPACE_CHECKS,
  ...CGROUP_CHECKS,
  ...PROTECTION_CHECKS,
  ...SCALE_CHECKS,
];

const DEFAULT_FOLDER = '/var/lib';

export function checkLinuxHost(folder = DEFAULT_FOLDER): Promise<HostReport> {
  return runChecks({
    tree: new HostTree(),
    folder,
    uid: process.getuid?.() ?? -1,
    kernel: kernelVersion(),
    probes: HOST_PROBES,
  });
}

export async function runChecks(host: CheckedHost): Promise<HostReport> {
  const checks = await Promise.all(CHECKS.map((check) => run(check, host)));
  return { ok: checks.every(({ ok, level }) => ok || level !== 'required'), checks };
}

async function run({ name, level, hint, look }: Check, host: CheckedHost): Promise<HostCheck> {
  const { ok, found, hint: better = hint } = await look(host);
  return { name, ok, level, found, ...(ok ? {} : { hint: better }) };
}
