/** Domain definitions: types, XML, defaults, rules. Pure; imports nothing outside `definition/`. */
export type * from './definition.js';
export type * from './filesystem.js';
export type * from './device-address.js';
export type * from './device-info.js';
export type * from './storage-format.js';
export type * from './virtio.js';
export type { Console, CompleteConsole } from './console.js';
export type { Os, CompleteOs, InitEnv, SmbiosMode } from './os.js';
export type { Features } from './features.js';
export type { FeatureSwitch } from './feature-switches.js';
export type {
  CapabilitiesFeature,
  CapabilitiesPolicy,
  CapabilityName,
  CapabilityState,
} from './capabilities.js';
export type { LifecycleAction, CrashAction, LockFailureAction } from './lifecycle.js';
export type * from './seclabel.js';
export type * from './blkiotune.js';
export type * from './clock.js';
export type * from './timer.js';
export type * from './cputune.js';
export type * from './disk.js';
export type * from './extensions.js';
export type * from './hostdev.js';
export type * from './idmap.js';
export type * from './interface.js';
export type { IpFamily } from './interface/address.js';
export type * from './interface/ip.js';
export type * from './interface/route.js';
export type { Kept } from './kept.js';
export type * from './lxc-namespace.js';
export type * from './memory-backing.js';
export type * from './memtune.js';
export type * from './numatune.js';
export type { Resource } from './resource.js';
export type { VcpuPlacement } from './vcpu.js';
export type { Generate } from './generate.js';
export { CAPABILITIES, CAPABILITIES_POLICIES, CAPABILITY_STATES, keptCapabilities } from './capabilities.js';
export { FILESYSTEM_ACCESSMODES, domainRoot } from './filesystem.js';
export { CRASH_ACTIONS, LIFECYCLE_ACTIONS } from './lifecycle.js';
export { parseDomain, type ParseOptions } from './parse.js';
export { formatDomain, type FormatOptions, type PortableDomain } from './format.js';
export { completeDomain } from './complete.js';
export { checkDomainDefinition } from './check.js';
export { validateDomain } from './validate.js';
export { checkTitle } from './general.js';
export { EXTENSIONS_NAMESPACE } from './extensions.js';
export { MAX_VCPUS } from './vcpu.js';
export { formatCpuset, parseCpuset } from './cpuset.js';
export { withoutTerminals } from './live.js';
export { normaliseUuid } from './uuid.js';
export {
  checkDevice,
  describeDevice,
  formatDevice,
  parseDevice,
  type Device,
  type DeviceAction,
  type ParseDeviceOptions,
} from './device.js';
export { changeDevice } from './device-edit.js';
export { getMetadataElement, setMetadataElement } from './metadata-edit.js';
