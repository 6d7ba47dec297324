/** The kernel modules that label processes and are switched on. */
import type { SecurityModel } from '../../definition/host/index.js';
import type { HostTree } from './tree.js';

/** In the order in which libvirt tries them. */
export const LABEL_MODULES = ['selinux', 'apparmor'] as const;
export type LabelModule = (typeof LABEL_MODULES)[number];

/** Domain of interpretation: libvirt has this one only. */
const DOI = '0';

/** In the order in which libvirt tries them. */
export async function readSecurityModels(tree: HostTree): Promise<readonly SecurityModel[]> {
  const modules = await activeModules(tree);
  return Promise.all(
    modules.map(async (model) => ({
      model,
      doi: DOI,
      baselabels: model === 'selinux' ? await readSelinuxLabels(tree) : [],
    })),
  );
}

/** Empty on a host that labels no process. */
export async function activeModules(tree: HostTree): Promise<readonly LabelModule[]> {
  const modules: LabelModule[] = [];
  if (await isSelinuxActive(tree)) modules.push('selinux');
  if (await isApparmorActive(tree)) modules.push('apparmor');
  return modules;
}

/** Only selinuxfs tells: the kernel lists the module also when it was given no policy, and then nothing is labelled. */
async function isSelinuxActive(tree: HostTree): Promise<boolean> {
  return (await tree.text('sys/fs/selinux/enforce')) !== undefined;
}

/** The list of modules is missing where securityfs is not mounted, the module's own switch is not. */
async function isApparmorActive(tree: HostTree): Promise<boolean> {
  const active = ((await tree.text('sys/kernel/security/lsm')) ?? '').split(',');
  return active.includes('apparmor') || (await tree.text('sys/module/apparmor/parameters/enabled')) === 'Y';
}

/** What labels of containers are made from: keys of the policy's `lxc_contexts`. */
export interface LxcContexts {
  readonly process?: string | undefined;
  readonly file?: string | undefined;
}

export async function readLxcContexts(tree: HostTree): Promise<LxcContexts> {
  const config = (await tree.text('etc/selinux/config')) ?? '';
  const policy = /^\s*SELINUXTYPE\s*=\s*([\w.-]+)\s*$/mu.exec(config)?.[1] ?? 'targeted';
  const contexts = (await tree.text(`etc/selinux/${policy}/contexts/lxc_contexts`)) ?? '';
  const value = (key: string): string | undefined =>
    new RegExp(`^\\s*${key}\\s*=\\s*"?([^"\\s]+)"?\\s*$`, 'mu').exec(contexts)?.[1];
  return { process: value('process'), file: value('file') };
}

async function readSelinuxLabels(tree: HostTree): Promise<SecurityModel['baselabels']> {
  const label = (await readLxcContexts(tree)).process;
  return label === undefined ? [] : [{ type: 'lxc', label }];
}
