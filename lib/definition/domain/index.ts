/** Domain definitions: types, XML, defaults, rules. Pure; imports nothing outside `definition/`. */
export type * from './definition.js';
export type { Filesystem, MountFilesystem, RamFilesystem, BindFilesystem, FilesystemAccessmode } from './filesystem.js';
export type { Console, CompleteConsole } from './console.js';
export type { Os, CompleteOs, InitEnv } from './os.js';
export type {
  Features,
  CapabilitiesFeature,
  CapabilitiesPolicy,
  CapabilityName,
  CapabilityState,
} from './features.js';
export { CAPABILITIES } from './features.js';
export type { LifecycleAction, CrashAction } from './lifecycle.js';
