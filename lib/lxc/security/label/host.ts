/** What labelling needs of the host; tests have one of their own. */
import { HostTree } from '../../host/tree.js';
import { HOST_REGISTRIES } from '../../locations.js';
import { kernelApparmor, type ApparmorKernel } from './apparmor/kernel.js';
import { kernelSelinux, type SelinuxKernel } from './selinux/kernel.js';

export interface LabelHost {
  readonly tree: HostTree;
  /** Folder of what is reserved: `mcs`, `apparmor`, `relabel`. */
  readonly registry: string;
  readonly selinux: SelinuxKernel;
  readonly apparmor: ApparmorKernel;
}

export function labelHost(tree = new HostTree(), registry = HOST_REGISTRIES): LabelHost {
  return { tree, registry, selinux: kernelSelinux(tree), apparmor: kernelApparmor(tree) };
}
