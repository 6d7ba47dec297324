/** What starts here: the answer follows what a plan has steps for, and what the host's cgroups can keep. */
import {
  CAPABILITIES,
  CAPABILITIES_POLICIES,
  CRASH_ACTIONS,
  MAX_VCPUS,
  SECLABEL_TYPES,
  type HostFacts,
} from '../../definition/domain/index.js';
import type { DomainCapabilities } from '../../definition/host/index.js';
import type { Hierarchy } from '../cgroup/hierarchies.js';

interface Abilities {
  readonly host: HostFacts;
  readonly hierarchies: readonly Hierarchy[];
}

/** An element that is parsed and stored, and refused at the start. */
const REFUSED = { supported: false, types: [] } as const;

export function domainCapabilities(arch: string, abilities: Abilities): DomainCapabilities {
  const { host, hierarchies } = abilities;
  const has = (name: string): boolean => hierarchies.some(({ controllers }) => controllers.includes(name));
  const limitsMemory = has('memory');
  const limitsDevices = has('devices') || hierarchies.some(({ version }) => version === 2);
  return {
    path: host.emulator,
    domain: 'lxc',
    arch,
    maxVcpus: MAX_VCPUS,
    // A plan has no step yet that makes programs see another architecture than the host's.
    os: limitsMemory && limitsDevices && arch === host.arch ? { supported: true, types: ['exe'] } : REFUSED,
    clock: { offsets: ['utc', 'localtime'] },
    lifecycle: { onPoweroff: ['destroy'], onReboot: ['restart', 'destroy'], onCrash: CRASH_ACTIONS },
    features: {
      switches: ['privnet'],
      capabilities: { policies: CAPABILITIES_POLICIES, names: CAPABILITIES },
    },
    securityLabels: { supported: true, types: SECLABEL_TYPES },
    devices: {
      disk: { supported: true, types: ['block'] },
      filesystem: { supported: true, types: ['mount', 'bind', 'ram'], accessmodes: ['passthrough'] },
      interface: REFUSED,
      hostdev: { supported: true, types: ['storage', 'misc'] },
      console: { supported: true, types: ['pty'] },
    },
  };
}
