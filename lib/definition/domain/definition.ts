/** The whole domain definition, put together from the element families. */
import type { CompleteConsole, Console } from './console.js';
import type { Features } from './features.js';
import type { Filesystem } from './filesystem.js';
import type { CrashAction, LifecycleAction } from './lifecycle.js';
import type { CompleteOs, Os } from './os.js';
import type { Seclabel } from './seclabel.js';

/**
 * What a container has beside its program.
 * @see https://libvirt.org/formatdomain.html#devices
 */
export interface Devices {
  /** Kept and printed, never executed: the containers of this package have their own controller. */
  readonly emulator?: string;
  /** Mounted in this order, after the one whose target is `/`. */
  readonly filesystems?: readonly Filesystem[];
  /** At least one is needed to start. */
  readonly consoles?: readonly Console[];
}

/**
 * A domain as its author writes it: what libvirt requires is required, the rest has libvirt's defaults.
 * @see https://libvirt.org/formatdomain.html
 */
export interface DomainDefinition {
  readonly type: 'lxc';
  /** 1 to 200 bytes, printable, without `/`, not starting with a dot. NO_NAME when missing. */
  readonly name: string;
  /** Lower case with dashes; random when absent. */
  readonly uuid?: string;
  /** One line. */
  readonly title?: string;
  readonly description?: string;
  /** Children of `<metadata>`, verbatim XML, one element each in a namespace of its own. */
  readonly metadata?: readonly string[];
  /** Memory limit, KiB. */
  readonly memoryKiB: number;
  /** Memory limit at start, KiB; `memoryKiB` when absent. */
  readonly currentMemoryKiB?: number;
  /** Number of CPUs for information, 1 when absent; it limits nothing. */
  readonly vcpus?: number;
  /** `partition` is the parent cgroup, an absolute path. */
  readonly resource?: { readonly partition?: string };
  readonly os: Os;
  readonly features?: Features;
  /** `utc` when absent. The clock of a container is always the host's. */
  readonly clock?: { readonly offset: 'utc' | 'localtime' };
  /** `destroy` when absent. */
  readonly onPoweroff?: LifecycleAction;
  /** `restart` when absent. */
  readonly onReboot?: LifecycleAction;
  /** `destroy` when absent. */
  readonly onCrash?: CrashAction;
  readonly devices?: Devices;
  /** Kept and printed; only `none` can be had so far. */
  readonly seclabel?: Seclabel;
}

export interface CompleteDevices extends Devices {
  readonly emulator: string;
  readonly filesystems: readonly Filesystem[];
  readonly consoles: readonly CompleteConsole[];
}

/** A definition with every default filled in: what drivers store and start. */
export interface CompleteDomain extends DomainDefinition {
  readonly uuid: string;
  readonly currentMemoryKiB: number;
  readonly vcpus: number;
  readonly os: CompleteOs;
  readonly clock: { readonly offset: 'utc' | 'localtime' };
  readonly onPoweroff: LifecycleAction;
  readonly onReboot: LifecycleAction;
  readonly onCrash: CrashAction;
  readonly devices: CompleteDevices;
}

/** What defaults need to know of the host. */
export interface HostFacts {
  /** libvirt's name of the host's architecture. */
  readonly arch: string;
  /** Architectures whose programs the host runs. */
  readonly guestArches: readonly string[];
  /** Path of the controller, printed as `<emulator>`. */
  readonly emulator: string;
}
