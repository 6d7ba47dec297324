/** A definition to `config.json` of an OCI runtime bundle. */
import type { DomainDefinition } from '../../domain/index.js';
import { compact } from '../../plain/compact.js';
import { securityProfile } from '../../security/index.js';
import { reportExtensions, reportLeftovers } from '../leftovers.js';
import { reportSeccomp, reportUserNamespace, SECURITY_EXTENSIONS } from '../unmapped-security.js';
import { ElementReport } from '../unmapped.js';
import { ociMounts, ociRoot } from './mounts.js';
import { ociMappings, ociNamespaces, ociTimeOffsets } from './namespaces.js';
import { ociProcess } from './process.js';
import { ociResources } from './resources.js';
import type { OciConfig } from './types.js';

/** The first with time namespaces, which every container has. */
const VERSION = '1.1.0';
const EXTENSIONS = [...SECURITY_EXTENSIONS, 'timeOffsets'] as const;
/** RLIM_INFINITY, which a double cannot hold. */
const UNLIMITED = '18446744073709551615';

export function exportOci(definition: DomainDefinition): {
  readonly config: string;
  readonly report: ElementReport;
} {
  const report = new ElementReport();
  const config = ociConfig(definition, report);
  reportDevices(definition, report);
  reportExtensions(definition, report, EXTENSIONS);
  reportLeftovers(definition, report);
  return { config: toJson(config), report };
}

function ociConfig(definition: DomainDefinition, report: ElementReport): OciConfig {
  const { name, lxcNamespace } = definition;
  const profile = securityProfile(definition);
  reportUserNamespace(definition, profile, report);
  reportSeccomp(profile, report);
  return compact({
    ociVersion: VERSION,
    process: ociProcess(definition, profile, report),
    root: ociRoot(definition, report),
    // A shared name is not this container's to change.
    hostname:
      lxcNamespace?.shareuts === undefined || lxcNamespace.shareuts.type === 'name' ? name : undefined,
    mounts: ociMounts(definition, profile, report),
    linux: compact({
      namespaces: ociNamespaces(definition, report),
      ...ociMappings(definition),
      timeOffsets: ociTimeOffsets(definition),
      resources: ociResources(definition, profile, report),
      rootfsPropagation: 'rslave' as const,
      maskedPaths: [...new Set(profile.maskedPaths)],
      readonlyPaths: [...new Set(profile.readonlyPaths)],
    }),
  });
}

/** A text in JSON has no quotes of its own: these can only be the two properties. */
function toJson(config: OciConfig): string {
  const text = JSON.stringify(config, undefined, 2);
  return `${text.replaceAll(/"(soft|hard)": "unlimited"/gu, `"$1": ${UNLIMITED}`)}\n`;
}

function reportDevices({ devices, os }: DomainDefinition, report: ElementReport): void {
  const { interfaces = [], hostdevs = [], disks = [] } = devices ?? {};
  if (interfaces.length > 0) report.add('devices/interface', 'the network is made by who calls the runtime');
  if (hostdevs.length > 0) report.add('devices/hostdev', 'a device is known on its host only');
  if (disks.length > 0) report.add('devices/disk', 'a device is known on its host only');
  if (os.arch !== undefined) report.add('os/type@arch');
}
