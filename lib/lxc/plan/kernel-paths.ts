/** Paths that look empty or can't be written to in the container: last, so that nothing comes to lie over them. */
import type { SecurityProfile } from '../../definition/security/index.js';
import type { Plan } from './steps.js';

/** Read-only except for the container's own network, see root.ts. */
const SYSCTLS = '/proc/sys';

/** @param cpuPaths - what is masked of each CPU of this host */
export function planKernelPaths(
  plan: Plan,
  { maskedPaths, readonlyPaths }: SecurityProfile,
  cpuPaths: readonly string[],
): void {
  for (const path of readonlyPaths) {
    if (path !== SYSCTLS) plan.add(`<virtainer:readonlyPaths> '${path}'`, 'readonly', path);
  }
  for (const path of [...maskedPaths, ...cpuPaths])
    plan.add(`<virtainer:maskedPaths> '${path}'`, 'mask', path);
}
