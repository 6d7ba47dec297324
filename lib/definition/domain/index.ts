/** Domain definitions: types, XML, defaults, rules. Pure; imports nothing outside `definition/`. */
export type * from './types.js';
export * from './lists.js';
export { applyCapabilityStates, keptCapabilities } from './capabilities.js';
export { domainRoot } from './filesystem.js';
export { parseDomain, type ParseOptions } from './parse.js';
export { formatDomain, type FormatOptions, type PortableDomain } from './format.js';
export { completeDomain } from './complete.js';
export { checkDomainDefinition } from './check.js';
export { validateDomain } from './validate.js';
export { requireGuest } from './guest.js';
export { checkTitle } from './general.js';
export { EXTENSION_ELEMENTS, EXTENSIONS_NAMESPACE } from './extensions.js';
export { MAX_VCPUS } from './vcpu.js';
export { sharesOf, weightOf } from './cpu-weight.js';
export { cpuQuota, hugePageName, limitedNodes, memoryLimitKiB, swapLimitKiB } from './effective-limits.js';
export { WEIGHT_RANGE } from './blkiotune.js';
export { PERIOD_RANGE, QUOTA_RANGE, SHARES_RANGE } from './cputune/bandwidth.js';
export { MAX_PIDS } from './extensions/pids.js';
export { formatCpuset, parseCpuset } from './cpuset.js';
export { keptName } from './kept.js';
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
