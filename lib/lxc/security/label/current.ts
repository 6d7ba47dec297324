/** The labels that a running process has. */
import { activeModules, type LabelModule } from '../../host/security.js';
import type { HostTree } from '../../host/tree.js';
import type { SecurityLabel } from '../../../driver.js';

/** One per active module, in libvirt's order. Read-only, and from outside: the process takes no part in it. */
export async function readProcessLabels(tree: HostTree, pid: number): Promise<readonly SecurityLabel[]> {
  const modules = await activeModules(tree);
  const labels = await Promise.all(modules.map((module) => readLabel(tree, pid, module)));
  return labels.filter((label) => label !== undefined);
}

async function readLabel(
  tree: HostTree,
  pid: number,
  module: LabelModule,
): Promise<SecurityLabel | undefined> {
  const attr = `proc/${pid}/attr`;
  const text =
    (module === 'apparmor' ? await tree.text(`${attr}/apparmor/current`) : undefined) ??
    (await tree.text(`${attr}/current`));
  if (text === undefined || text === '') return undefined;
  return module === 'selinux' ? selinuxLabel(tree, text) : apparmorLabel(text);
}

async function selinuxLabel(tree: HostTree, text: string): Promise<SecurityLabel> {
  const enforcing = (await tree.text('sys/fs/selinux/enforce')) === '1';
  return { label: text.replace(/\0$/u, ''), enforcing };
}

/** `unconfined`, or a profile with its mode: `docker-default (enforce)`. */
function apparmorLabel(text: string): SecurityLabel {
  const [, label = text, mode] = /^(.+) \((\w+)\)$/u.exec(text) ?? [];
  return { label, enforcing: mode === 'enforce' };
}
