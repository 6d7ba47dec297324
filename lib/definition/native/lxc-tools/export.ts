/** A definition to a configuration of lxc-tools 3 and later. */
import type { DomainDefinition } from '../../domain/index.js';
import { securityProfile } from '../../security/index.js';
import { reportLeftovers } from '../leftovers.js';
import { ElementReport } from '../unmapped.js';
import { exportCgroup } from './export/cgroup.js';
import { exportFilesystems } from './export/filesystems.js';
import { exportCapabilities, exportInit } from './export/init.js';
import { Lines } from './export/lines.js';
import { exportNetwork } from './export/network.js';
import {
  exportDevices,
  exportExtensions,
  exportIdmap,
  exportNamespaces,
  exportSeclabels,
} from './export/rest.js';

export function exportLxcTools(definition: DomainDefinition): {
  readonly config: string;
  readonly report: ElementReport;
} {
  const report = new ElementReport();
  const lines = new Lines(report);
  const profile = securityProfile(definition);
  lines.add('name', 'lxc.uts.name', definition.name);
  lines.optional('os/type@arch', 'lxc.arch', definition.os.arch);
  exportFilesystems(definition, lines);
  exportInit(definition, lines);
  exportCapabilities(definition, profile, lines);
  exportIdmap(definition, lines);
  exportNamespaces(definition, lines);
  exportNetwork(definition, lines);
  exportDevices(definition, lines);
  exportCgroup(definition, lines);
  exportSeclabels(definition, lines);
  exportExtensions(definition, profile, lines);
  reportLeftovers(definition, report);
  return { config: lines.toString(), report };
}
