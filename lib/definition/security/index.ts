/** The security profile of a definition. */
export { isBootingProgram, securityKind } from './kind.js';
export { KIND_DEFAULTS, type CgroupAccess } from './kinds.js';
export { MASKED_PATHS, MASKED_CPU_FILES, READONLY_PATHS } from './paths.js';
export {
  hasUserNamespace,
  isInsecure,
  securityProfile,
  type SeccompProfile,
  type SecurityProfile,
} from './profile.js';
export { DEFAULT_RLIMITS } from './rlimits.js';
