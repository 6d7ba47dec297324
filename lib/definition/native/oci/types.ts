/**
 * The parts of an OCI runtime configuration that are written.
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config.md
 */
import type { KernelLimit } from '../../domain/index.js';

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}
export interface OciNamespace {
  readonly type: 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'cgroup' | 'user' | 'time';
  readonly path?: string;
}
export interface OciIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}
export interface OciRlimit {
  readonly type: string;
  readonly soft: KernelLimit;
  readonly hard: KernelLimit;
}
export interface OciCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
}
export interface OciProcess {
  readonly terminal: boolean;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: OciCapabilities;
  readonly rlimits: readonly OciRlimit[];
  readonly noNewPrivileges: boolean;
  readonly oomScoreAdj?: number;
  readonly apparmorProfile?: string;
  readonly selinuxLabel?: string;
}
interface OciDeviceNumbers {
  readonly major: number;
  readonly minor: number;
}
export interface OciWeightDevice extends OciDeviceNumbers {
  readonly weight: number;
}
export interface OciThrottleDevice extends OciDeviceNumbers {
  readonly rate: number;
}
export interface OciBlockIo {
  readonly weight?: number;
  readonly weightDevice?: readonly OciWeightDevice[];
  readonly throttleReadBpsDevice?: readonly OciThrottleDevice[];
  readonly throttleWriteBpsDevice?: readonly OciThrottleDevice[];
  readonly throttleReadIOPSDevice?: readonly OciThrottleDevice[];
  readonly throttleWriteIOPSDevice?: readonly OciThrottleDevice[];
}
export interface OciResources {
  readonly devices: readonly { readonly allow: boolean; readonly access: string }[];
  /** Bytes. */
  readonly memory: { readonly limit: number; readonly reservation?: number; readonly swap?: number };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly cpus?: string;
    readonly mems?: string;
  };
  readonly pids: { readonly limit: number };
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[];
  readonly blockIO?: OciBlockIo;
}
interface OciTimeOffset {
  readonly secs: number;
  readonly nanosecs: number;
}
export interface OciLinux {
  readonly namespaces: readonly OciNamespace[];
  readonly uidMappings?: readonly OciIdMapping[];
  readonly gidMappings?: readonly OciIdMapping[];
  readonly timeOffsets?: { readonly monotonic?: OciTimeOffset; readonly boottime?: OciTimeOffset };
  readonly resources: OciResources;
  readonly rootfsPropagation: 'rslave';
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}
export interface OciConfig {
  readonly ociVersion: string;
  readonly process: OciProcess;
  readonly root?: { readonly path: string; readonly readonly: boolean };
  readonly hostname?: string;
  readonly mounts: readonly OciMount[];
  readonly linux: OciLinux;
}
