/** The security profile of a definition, and what is told of it. */
export { inferredKind, isBootingProgram, securityKind } from './kind.js';
export { KIND_DEFAULTS, KINDS_BY_TRUST, WITHOUT_USER_NAMESPACE, type CgroupAccess } from './kinds.js';
export { MASKED_PATHS, MASKED_CPU_FILES, READONLY_PATHS } from './paths.js';
export {
  hasUserNamespace,
  isInsecure,
  securityProfile,
  type SeccompProfile,
  type SecurityProfile,
} from './profile.js';
export { securityReport, type LiveSecurity } from './report.js';
export type * from './report-types.js';
export { DEFAULT_RLIMITS } from './rlimits.js';
