/** Shared namespaces, security modules, extensions, and devices that have no line. */
import type { DomainDefinition, LxcNamespace, Rlimit, Seclabel } from '../../../domain/index.js';
import type { SecurityProfile } from '../../../security/index.js';
import { extensionElement, reportExtensions } from '../../leftovers.js';
import { reportSeccomp, reportUserNamespace, SECURITY_EXTENSIONS } from '../../unmapped-security.js';
import type { Lines } from './lines.js';

export function exportIdmap({ idmap }: DomainDefinition, lines: Lines): void {
  for (const { start, target, count } of idmap?.uids ?? []) {
    lines.add('idmap/uid', 'lxc.idmap', `u ${start} ${target} ${count}`);
  }
  for (const { start, target, count } of idmap?.gids ?? []) {
    lines.add('idmap/gid', 'lxc.idmap', `g ${start} ${target} ${count}`);
  }
}

const SHARED = { sharenet: 'net', shareipc: 'ipc', shareuts: 'uts' } as const;

/** lxc-tools takes the name of a container, a process id or a path. */
export function exportNamespaces({ lxcNamespace }: DomainDefinition, lines: Lines): void {
  for (const kind of ['sharenet', 'shareipc', 'shareuts'] as const) {
    const shared: LxcNamespace[typeof kind] = lxcNamespace?.[kind];
    if (!shared) continue;
    const value = shared.type === 'netns' ? `/run/netns/${shared.value}` : shared.value;
    lines.add(`lxc:namespace/lxc:${kind}`, `lxc.namespace.share.${SHARED[kind]}`, value);
  }
}

export function exportSeclabels({ seclabels }: DomainDefinition, lines: Lines): void {
  for (const seclabel of seclabels ?? []) exportSeclabel(seclabel, lines);
}

function exportSeclabel(seclabel: Seclabel, lines: Lines): void {
  const { type, model } = seclabel;
  if (type === 'static' && model === 'selinux') lines.add('seclabel', 'lxc.selinux.context', seclabel.label);
  else if (type === 'static' && model === 'apparmor')
    lines.add('seclabel', 'lxc.apparmor.profile', seclabel.label);
  else if (type === 'none' && model === 'apparmor')
    lines.add('seclabel', 'lxc.apparmor.profile', 'unconfined');
  else if (type === 'dynamic' && model === 'apparmor')
    lines.add('seclabel', 'lxc.apparmor.profile', 'generated');
  else lines.report.add('seclabel', `no type '${type}' of ${model ?? 'any model'}`);
}

export function exportExtensions(definition: DomainDefinition, profile: SecurityProfile, lines: Lines): void {
  const { noNewPrivs, pids, rlimits } = profile;
  lines.add('noNewPrivs', 'lxc.no_new_privs', noNewPrivs ? 1 : 0);
  lines.add('pids', 'lxc.cgroup2.pids.max', pids === 'unlimited' ? 'max' : pids);
  for (const rlimit of rlimits) exportRlimit(rlimit, lines);
  lines.optional(
    extensionElement('oomScore'),
    'lxc.proc.oom_score_adj',
    definition.extensions?.oomScore?.adjust,
  );
  reportUserNamespace(definition, profile, lines.report);
  reportSeccomp(profile, lines.report);
  for (const list of ['maskedPaths', 'readonlyPaths'] as const) {
    if (profile[list].length > 0) lines.report.add(extensionElement(list), 'no key is for single paths');
  }
  reportExtensions(definition, lines.report, SECURITY_EXTENSIONS);
}

function exportRlimit({ name, soft, hard }: Rlimit, lines: Lines): void {
  lines.add('rlimit', `lxc.prlimit.${name}`, `${soft}:${hard}`);
}

export function exportDevices({ devices }: DomainDefinition, lines: Lines): void {
  const { consoles = [], disks = [], hostdevs = [] } = devices ?? {};
  lines.add('devices/console', 'lxc.tty.max', consoles.length);
  if (disks.length > 0)
    lines.report.add('devices/disk', 'the numbers of a device are known on its host only');
  for (const { type } of hostdevs) {
    if (type !== 'net') lines.report.add('devices/hostdev', `no device of type '${type}'`);
  }
}
