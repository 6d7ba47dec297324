/** The program, its user, environment and rights. */
import type { DomainDefinition, Seclabel } from '../../domain/index.js';
import { compact } from '../../plain/compact.js';
import type { SecurityProfile } from '../../security/index.js';
import { numericOwner } from '../owner.js';
import type { ElementReport } from '../unmapped.js';
import type { OciCapabilities, OciProcess, OciRlimit } from './types.js';

/** What libvirt gives every init; the rest of it names libvirt. */
const ENVIRONMENT = ['PATH=/bin:/sbin', 'TERM=linux', 'HOME=/'];

export function ociProcess(
  definition: DomainDefinition,
  profile: SecurityProfile,
  report: ElementReport,
): OciProcess {
  const { os, devices } = definition;
  const consoles = devices?.consoles ?? [];
  if (consoles.length > 1) report.add('devices/console', 'one terminal only');
  if (os.machine !== undefined) report.add('os/type@machine');
  if (os.smbiosMode !== undefined) report.add('os/smbios');
  const user = {
    uid: owner('os/inituser', os.inituser, report),
    gid: owner('os/initgroup', os.initgroup, report),
  };
  return compact({
    terminal: consoles.length > 0,
    user,
    args: [os.init, ...(os.initargs ?? [])],
    env: environment(definition),
    cwd: os.initdir ?? '/',
    capabilities: capabilities(profile, user.uid),
    rlimits: rlimits(profile),
    noNewPrivileges: profile.noNewPrivs,
    oomScoreAdj: definition.extensions?.oomScore?.adjust,
    ...labels(definition.seclabels ?? [], report),
  });
}

function owner(element: string, name: string | undefined, report: ElementReport): number {
  const id = name === undefined ? 0 : numericOwner(name);
  if (id === undefined) report.add(element, 'only a number has an equivalent');
  return id ?? 0;
}

/** Later ones win. */
function environment({ os }: DomainDefinition): readonly string[] {
  const own = (os.initenv ?? []).map(({ name, value }) => `${name}=${value}`);
  const cmdline = os.cmdline === undefined ? [] : [`LIBVIRT_LXC_CMDLINE=${os.cmdline}`];
  const byName = new Map([...ENVIRONMENT, ...cmdline, ...own].map((text) => [text.split('=', 1)[0], text]));
  return [...byName.values()];
}

/** Changing to another user than root clears what is effective, as it does in a container. */
function capabilities(profile: SecurityProfile, uid: number): OciCapabilities {
  const kept = profile.capabilities.map((name) => `CAP_${name.toUpperCase()}`);
  const effective = uid === 0 ? kept : [];
  return { bounding: kept, effective, permitted: effective, inheritable: [], ambient: [] };
}

function rlimits(profile: SecurityProfile): readonly OciRlimit[] {
  return profile.rlimits.map(({ name, soft, hard }) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    soft,
    hard,
  }));
}

function labels(
  seclabels: readonly Seclabel[],
  report: ElementReport,
): { readonly apparmorProfile?: string; readonly selinuxLabel?: string } {
  const found: { apparmorProfile?: string; selinuxLabel?: string } = {};
  for (const seclabel of seclabels) {
    const { type, model } = seclabel;
    if (type === 'static' && model === 'selinux') found.selinuxLabel = seclabel.label;
    else if (type === 'static' && model === 'apparmor') found.apparmorProfile = seclabel.label;
    else if (type === 'none' && model === 'apparmor') found.apparmorProfile = 'unconfined';
    else report.add('seclabel', `no type '${type}' of ${model ?? 'any model'}`);
  }
  return found;
}
