/** What labelling needs of the host; tests have one of their own. */
import { HostTree } from '../../host/tree.js';
import { kernelApparmor, type ApparmorKernel } from './apparmor/kernel.js';
import { kernelSelinux, type SelinuxKernel } from './selinux/kernel.js';

/** Shared by every process and every state folder of the host, since labels are. */
const REGISTRY = '/run/virtainer';

export interface LabelHost {
  readonly tree: HostTree;
  /** Folder of what is reserved: `mcs`, `apparmor`, `relabel`. */
  readonly registry: string;
  readonly selinux: SelinuxKernel;
  readonly apparmor: ApparmorKernel;
}

export function labelHost(tree = new HostTree(), registry = REGISTRY): LabelHost {
  return { tree, registry, selinux: kernelSelinux(tree), apparmor: kernelApparmor(tree) };
}
