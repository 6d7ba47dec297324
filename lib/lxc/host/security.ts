/** The kernel modules that label processes and are switched on. */
import type { SecurityModel } from '../../definition/host/index.js';
import type { HostTree } from './tree.js';

/** Domain of interpretation: libvirt has this one only. */
const DOI = '0';

/** In the order in which libvirt tries them. */
export async function readSecurityModels(tree: HostTree): Promise<readonly SecurityModel[]> {
  const active = ((await tree.text('sys/kernel/security/lsm')) ?? '').split(',');
  const models: SecurityModel[] = [];
  if (active.includes('selinux') || (await tree.text('sys/fs/selinux/enforce')) !== undefined) {
    models.push({ model: 'selinux', doi: DOI, baselabels: await readSelinuxLabels(tree) });
  }
  if (active.includes('apparmor') || (await tree.text('sys/module/apparmor/parameters/enabled')) === 'Y') {
    models.push({ model: 'apparmor', doi: DOI, baselabels: [] });
  }
  return models;
}

/** The policy names the label from which those of containers are made. */
async function readSelinuxLabels(tree: HostTree): Promise<SecurityModel['baselabels']> {
  const config = (await tree.text('etc/selinux/config')) ?? '';
  const policy = /^\s*SELINUXTYPE\s*=\s*([\w.-]+)\s*$/mu.exec(config)?.[1] ?? 'targeted';
  const contexts = (await tree.text(`etc/selinux/${policy}/contexts/lxc_contexts`)) ?? '';
  const label = /^\s*process\s*=\s*"?([^"\s]+)"?\s*$/mu.exec(contexts)?.[1];
  return label === undefined ? [] : [{ type: 'lxc', label }];
}
