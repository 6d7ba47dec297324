/**
 * Linux containers with libvirt's object model and domain XML.
 * @packageDocumentation
 */
export { open, type OpenOptions } from './open.js';
export { VERSION } from './version.js';
export { Connection } from './connection.js';
export type { DefineOptions } from './domain-source.js';
export type { EventsOptions } from './event-options.js';
export type { ConnectionEvents, Listener } from './events.js';
export { EventStream } from './event-stream.js';
export { LISTED_STATES, type DomainFilter, type ListedState } from './domain-filter.js';
export { Domain } from './domain.js';
export type { StateAndReason } from './domain-view.js';
export type { DefinitionOptions, XMLDescOptions } from './domain-definition.js';
export type { StopOptions } from './stop-options.js';
export type { DeviceOptions } from './domain-devices.js';
export type { AffectOptions } from './affected.js';
export type { GetMetadataOptions, SetMetadataOptions } from './domain-metadata.js';
export type { SetMemoryOptions } from './tuning/memory.js';
export {
  MEMORY_UNLIMITED,
  type BlkioParameters,
  type MemoryParameters,
  type NumaParameters,
  type SchedulerParameters,
} from './tuning/parameters.js';
export { StatsStream, type StatsOptions, type WatchStatsOptions } from './stats-stream.js';
export * from './statistics.js';
export { ExecProcess } from './exec-process.js';
export type { ExecOptions, TerminalSize } from './exec/options.js';
export { EXEC_VERDICTS, ExecError, type ExecResult, type ExecVerdict } from './exec/result.js';
export { ConsoleStream, type ConsoleOptions } from './console-stream.js';
export {
  DOMAIN_STATES,
  LIFECYCLE_EVENTS,
  STATE_REASONS,
  type ActiveSecurityModel,
  type CommandUsage,
  type DomainEvent,
  type DomainInfo,
  type DomainState,
  type ExitStatus,
  type IdRange,
  type LifecycleEvent,
  type LifecycleEventName,
  type LimitEvent,
  type MemoryLimitEvent,
  type OomEvent,
  type OomKills,
  type OverflowEvent,
  type PidsLimitEvent,
  type RecordedEvent,
  type SecurityLabel,
  type StateReason,
} from './driver.js';
export {
  ERROR_CODES,
  ERROR_DOMAINS,
  VirtError,
  type VirtErrorCode,
  type VirtErrorDetails,
  type VirtErrorDomain,
} from './errors.js';
export {
  NATIVE_EXPORT_FORMATS,
  NATIVE_IMPORT_FORMATS,
  domainFromNative,
  domainToNative,
  type NativeExport,
  type NativeExportFormat,
  type NativeImport,
  type NativeImportFormat,
  type NativeXml,
  type UnmappedElement,
  type UnmappedKey,
} from './definition/native/index.js';
export { checkHost, type CheckHostOptions } from './check-host.js';
export { createHostRoot, type HostRoot } from './sandbox/host-root.js';
export type * from './definition/host/index.js';
export type * from './definition/security/report-types.js';
export type * from './definition/domain/index.js';
export * from './definition/domain/lists.js';
export {
  EXTENSIONS_NAMESPACE,
  completeDomain,
  formatDevice,
  formatDomain,
  parseDevice,
  parseDomain,
  validateDomain,
} from './definition/domain/index.js';
