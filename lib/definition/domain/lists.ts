/** The words of each enumeration: one list for its type, the parser and the errors. */
export { ARCHITECTURES } from './architectures.js';
export { CAPABILITIES, CAPABILITIES_POLICIES, CAPABILITY_STATES } from './capabilities.js';
export { CLOCK_BASES, CLOCK_OFFSETS } from './clock.js';
export { CONSOLE_TARGET_TYPES, CONSOLE_TYPES } from './console.js';
export { CACHE_TYPES } from './cputune/resctrl.js';
export { SCHEDULERS } from './cputune/schedulers.js';
export { DEVICE_ADDRESS_TYPES } from './device-address.js';
export {
  DISK_CACHES,
  DISK_DETECT_ZEROES,
  DISK_DISCARDS,
  DISK_ERROR_POLICIES,
  DISK_IO_MODES,
} from './disk/driver.js';
export { DISK_TYPES } from './disk/source.js';
export { DISK_BUSES, DISK_DEVICES } from './disk/target.js';
export {
  DISK_SGIO,
  DISK_SNAPSHOTS,
  DISK_TRAYS,
  GEOMETRY_TRANSLATIONS,
  STARTUP_POLICIES,
} from './disk/types.js';
export { HEALTH_ACTIONS } from './extensions/health.js';
export { PORT_PROTOCOLS } from './extensions/ports.js';
export { RESTART_POLICIES } from './extensions/restart.js';
export { RLIMIT_NAMES } from './extensions/rlimits.js';
export { SECCOMP_PROFILES } from './extensions/seccomp.js';
export { SECURITY_KINDS } from './extensions/security.js';
export { USER_NAMESPACE_MODES } from './extensions/user-namespace.js';
export { VIRTIOFS_CACHES, VIRTIOFS_SANDBOXES } from './filesystem/binary.js';
export { FILESYSTEM_DRIVERS, FILESYSTEM_WRPOLICIES } from './filesystem/driver.js';
export { FILESYSTEM_ACCESSMODES, FILESYSTEM_MULTIDEVS, FILESYSTEM_TYPES } from './filesystem/types.js';
export { HOSTDEV_MODES, SUBSYSTEM_TYPES } from './hostdev.js';
export { CAPABILITIES_HOSTDEV_TYPES } from './hostdev/capabilities.js';
export { USB_GUEST_RESETS } from './hostdev/usb.js';
export { IP_FAMILIES } from './interface/address.js';
export { MAC_TYPES } from './interface/mac.js';
export { FORWARD_PROTOCOLS } from './interface/port-forward.js';
export { LINK_STATES } from './interface/settings.js';
export {
  DIRECT_MODES,
  INTERFACE_TYPES,
  MACHINE_INTERFACE_TYPES,
  MAC_TABLE_MANAGERS,
} from './interface/types.js';
export { VIRTUALPORT_TYPES } from './interface/virtualport.js';
export { VLAN_NATIVE_MODES } from './interface/vlan.js';
export { KEPT_DEVICES, KEPT_ELEMENTS, KEPT_FEATURES } from './kept.js';
export { CRASH_ACTIONS, LIFECYCLE_ACTIONS, LOCK_FAILURE_ACTIONS } from './lifecycle.js';
export { NAMESPACE_SOURCES } from './lxc-namespace.js';
export { MEMORY_ACCESSES, MEMORY_ALLOCATIONS, MEMORY_SOURCES } from './memory-backing.js';
export { NUMATUNE_MODES, NUMATUNE_PLACEMENTS } from './numatune.js';
export { OS_TYPES, SMBIOS_MODES } from './os.js';
export { SECLABEL_TYPES } from './seclabel.js';
export { STORAGE_FORMATS } from './storage-format.js';
export { TIMER_MODES, TIMER_NAMES, TIMER_TICKPOLICIES, TIMER_TRACKS } from './timer.js';
export { VCPU_PLACEMENTS } from './vcpu.js';
export { VIRTIO_MODELS } from './virtio.js';
