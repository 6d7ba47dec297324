/** Imports of a configuration that has what is required. */
import type { DomainDefinition } from '../../../../lib/definition/domain/index.js';
import { importLxcTools, type NativeImport } from '../../../../lib/definition/native/lxc-tools/import.js';

export function importLines(...lines: readonly string[]): NativeImport {
  return importLxcTools(['lxc.uts.name = web', 'lxc.rootfs.path = /srv/web', ...lines].join('\n'));
}

export function definitionOf(...lines: readonly string[]): DomainDefinition {
  return importLines(...lines).definition;
}

/** What is reported, as `key: reason`. */
export function reported(...lines: readonly string[]): readonly string[] {
  return importLines(...lines).unmapped.map(({ key, reason }) => `${key}: ${reason ?? '-'}`);
}

export function refused(code: string, message: string): object {
  return { name: 'VirtError', code, message: expect.stringContaining(message) as unknown };
}
