/** The nodes of the host's devices, in the container's own /dev. */
import type { HostNode } from '../security/devices/host-nodes.js';
import type { Plan } from './steps.js';

/** Only root of the container may open them, as in libvirt; it can change that. */
const MODE = '700';

export function planDevices(plan: Plan, nodes: readonly HostNode[]): void {
  for (const { path, kind, major, minor, origin } of nodes)
    plan.add(origin, 'device', path, kind, major, minor, MODE);
}
