/**
 * Definitions from and to what other container programs read.
 * @see https://libvirt.org/drvlxc.html#converting-lxc-container-configuration
 */
import { quote } from '../../errors.js';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  type DomainDefinition,
  type HostFacts,
} from '../domain/index.js';
import { refusal } from '../refusal.js';
import { exportLxcTools } from './lxc-tools/export.js';
import { importLxcTools, type NativeImport } from './lxc-tools/import.js';
import { exportOci } from './oci/export.js';
import type { UnmappedElement, UnmappedKey } from './unmapped.js';

export type { NativeImport } from './lxc-tools/import.js';
export type { UnmappedElement, UnmappedKey } from './unmapped.js';

/** Formats that can be read. `lxc-tools`: the configuration file of a container of lxc-tools, of any version. */
export const NATIVE_IMPORT_FORMATS = ['lxc-tools'] as const;
export type NativeImportFormat = (typeof NATIVE_IMPORT_FORMATS)[number];
/** Formats that can be written: that of lxc-tools 3 and later, and `config.json` of an OCI runtime bundle. */
export const NATIVE_EXPORT_FORMATS = ['lxc-tools', 'oci'] as const;
export type NativeExportFormat = (typeof NATIVE_EXPORT_FORMATS)[number];

/** What `Connection.domainXMLFromNative` made of a native configuration. */
export interface NativeXml {
  readonly xml: string;
  /** Lines that the XML does not have, or not wholly, in the order of the file. */
  readonly unmapped: readonly UnmappedKey[];
}

/** What came of a definition. */
export interface NativeExport {
  /** The text of the file. */
  readonly config: string;
  /** Elements that the file does not have. */
  readonly unmapped: readonly UnmappedElement[];
}

const EXPORTS = { 'lxc-tools': exportLxcTools, oci: exportOci } as const;

/**
 * Reads a native configuration.
 * @throws VirtError INVALID_ARG for another format; CONF_SYNTAX, NO_NAME, CONFIG_UNSUPPORTED, ARGUMENT_UNSUPPORTED,
 * INTERNAL_ERROR and the codes of definitions for what is in it.
 */
export function domainFromNative(format: NativeImportFormat, config: string): NativeImport {
  checkFormat(format, NATIVE_IMPORT_FORMATS);
  return importLxcTools(config);
}

/**
 * Writes a native configuration. Nothing is left out silently: see `unmapped`.
 * @throws VirtError INVALID_ARG for another format; the codes of definitions.
 */
export function domainToNative(format: NativeExportFormat, definition: DomainDefinition): NativeExport {
  const { config, report } = EXPORTS[checkFormat(format, NATIVE_EXPORT_FORMATS)](
    checkDomainDefinition(definition),
  );
  return Object.freeze({ config, unmapped: report.list() });
}

/** The XML of a native configuration. @throws VirtError as {@link domainFromNative}. */
export function nativeXml(format: NativeImportFormat, config: string, host: HostFacts): NativeXml {
  const { definition, unmapped } = domainFromNative(format, config);
  return { xml: formatNative(definition, host), unmapped };
}

/** The XML of an import: defaults filled in, but the architecture, which is that of the host it is defined on. */
export function formatNative(definition: DomainDefinition, host: HostFacts): string {
  return formatDomain({ ...completeDomain(definition, host), os: definition.os });
}

function checkFormat<T extends string>(format: string, known: readonly T[]): T {
  const found = known.find((item) => item === format);
  if (found !== undefined) return found;
  throw refusal('INVALID_ARG', `unsupported config type ${quote(format)}`);
}
