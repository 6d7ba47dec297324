/** A configuration of lxc-tools to a definition, as libvirt's `domxml-from-native`, and what libvirt ignores. */
import { checkDomainDefinition, type DomainDefinition } from '../../domain/index.js';
import { compactOrNothing, compact } from '../../plain/compact.js';
import type { UnmappedKey } from '../unmapped.js';
import { parseConfig } from './config.js';
import { importBlkiotune } from './import/blkio.js';
import { importCapabilities } from './import/capabilities.js';
import { importConsoles } from './import/consoles.js';
import { importCpuset, importCputune, importNumatune } from './import/cpu.js';
import { importExtensions } from './import/extensions.js';
import { importName } from './import/general.js';
import { importIdmap } from './import/idmap.js';
import { importOs } from './import/init.js';
import { importMemory } from './import/memory.js';
import { importMounts } from './import/mounts.js';
import { importNetwork } from './import/network.js';
import { importRoot } from './import/root.js';

/** What came of a native configuration. */
export interface NativeImport {
  readonly definition: DomainDefinition;
  /** Lines that the definition does not have, in the order of the file. */
  readonly unmapped: readonly UnmappedKey[];
}

export function importLxcTools(text: string): NativeImport {
  const config = parseConfig(text);
  const name = importName(config);
  const root = importRoot(config);
  const rootPath = root.type === 'mount' ? root.source : '';
  const mounts = importMounts(config, rootPath);
  const { interfaces, hostdevs, privnet } = importNetwork(config);
  const draft = compact({
    type: 'lxc',
    name,
    ...importMemory(config),
    extensions: importExtensions(config),
    blkiotune: importBlkiotune(config),
    cpuset: importCpuset(config),
    cputune: importCputune(config),
    numatune: importNumatune(config),
    os: importOs(config),
    idmap: importIdmap(config),
    features: compactOrNothing({
      privnet: privnet ? true : undefined,
      capabilities: importCapabilities(config),
    }),
    devices: { filesystems: [root, ...mounts], interfaces, hostdevs, consoles: importConsoles(config) },
  });
  return Object.freeze({ definition: checkDomainDefinition(draft), unmapped: config.unmapped() });
}
