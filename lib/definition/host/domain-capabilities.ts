/**
 * What a definition may ask for when its container is to start.
 * @see https://libvirt.org/formatdomaincaps.html
 */
import type {
  CapabilitiesPolicy,
  CapabilityName,
  Clock,
  Console,
  CrashAction,
  Disk,
  FeatureSwitch,
  Filesystem,
  FilesystemAccessmode,
  Hostdev,
  Interface,
  LifecycleAction,
  Seclabel,
} from '../domain/index.js';

/** An element with a `type`: no type, no element. */
export interface SupportedTypes<Type extends string> {
  readonly supported: boolean;
  readonly types: readonly Type[];
}

/** Which guest is asked about. */
export interface DomainCapabilitiesOptions {
  /** libvirt's name of an architecture. Default: the host's. */
  readonly arch?: string;
  /** Type of domain. Default: `lxc`. */
  readonly virttype?: string;
}

/**
 * What `Connection.getDomainCapabilities` reports: only what works on this host with this version.
 * Values that can be defined but are refused at the start are not in it.
 */
export interface DomainCapabilities {
  /** Path of the program that controls the container. */
  readonly path: string;
  readonly domain: 'lxc';
  readonly arch: string;
  /** Largest number of `<vcpu>`. */
  readonly maxVcpus: number;
  /** Unsupported: nothing of this architecture starts here. */
  readonly os: SupportedTypes<'exe'>;
  readonly clock: { readonly offsets: readonly Clock['offset'][] };
  readonly lifecycle: {
    readonly onPoweroff: readonly LifecycleAction[];
    readonly onReboot: readonly LifecycleAction[];
    readonly onCrash: readonly CrashAction[];
  };
  readonly features: {
    /** Features that are acted on. */
    readonly switches: readonly FeatureSwitch[];
    readonly capabilities: {
      readonly policies: readonly CapabilitiesPolicy[];
      /** What a container can be given. */
      readonly names: readonly CapabilityName[];
    };
  };
  readonly securityLabels: SupportedTypes<Seclabel['type']>;
  readonly devices: {
    readonly disk: SupportedTypes<Disk['type']>;
    readonly filesystem: SupportedTypes<Filesystem['type']> & {
      readonly accessmodes: readonly FilesystemAccessmode[];
    };
    readonly interface: SupportedTypes<Interface['type']>;
    readonly hostdev: SupportedTypes<Hostdev['type']>;
    readonly console: SupportedTypes<Console['type']>;
  };
}
