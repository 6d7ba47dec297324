/** The whole domain definition, put together from the element families. */
import type { Blkiotune } from './blkiotune.js';
import type { Clock } from './clock.js';
import type { CompleteConsole, Console } from './console.js';
import type { Cputune } from './cputune.js';
import type { CompleteDisk, Disk } from './disk/types.js';
import type { Extensions } from './extensions.js';
import type { Features } from './features.js';
import type { Filesystem } from './filesystem/types.js';
import type { Hostdev } from './hostdev.js';
import type { Idmap } from './idmap.js';
import type { CompleteInterface, Interface } from './interface/types.js';
import type { Kept } from './kept.js';
import type { CrashAction, LifecycleAction, LockFailureAction } from './lifecycle.js';
import type { LxcNamespace } from './lxc-namespace.js';
import type { MemoryBacking } from './memory-backing.js';
import type { Memtune } from './memtune.js';
import type { Numatune } from './numatune.js';
import type { CompleteOs, Os } from './os.js';
import type { Resource } from './resource.js';
import type { Seclabel } from './seclabel.js';
import type { VcpuPlacement } from './vcpu.js';

/**
 * What a container has beside its program.
 * @see https://libvirt.org/formatdomain.html#devices
 */
export interface Devices {
  /** Kept and printed, never executed: the containers of this package have their own controller. */
  readonly emulator?: string;
  /** Block devices that the container sees as nodes. */
  readonly disks?: readonly Disk[];
  /** Mounted in this order, after the one whose target is `/`. */
  readonly filesystems?: readonly Filesystem[];
  readonly interfaces?: readonly Interface[];
  /** At least one is needed to start. */
  readonly consoles?: readonly Console[];
  /** Devices of the host given to the container. */
  readonly hostdevs?: readonly Hostdev[];
  /** Devices of libvirt's other drivers (`<video>`, `<graphics>`, ...), one XML element each: printed, without effect. */
  readonly kept?: Kept;
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
  /** Generation id, printed and without effect; the empty string asks for a new one. */
  readonly genid?: string;
  /** One line. */
  readonly title?: string;
  readonly description?: string;
  /** Children of `<metadata>`, verbatim XML, one element each in a namespace of its own. */
  readonly metadata?: readonly string[];
  /** What libvirt has no element for; kept in `<metadata>`, in the namespace `urn:virtainer:domain:1`. */
  readonly extensions?: Extensions;
  /** Memory limit, KiB. */
  readonly memoryKiB: number;
  /** Memory limit at start, KiB; `memoryKiB` when absent. */
  readonly currentMemoryKiB?: number;
  /** Printed, without effect. */
  readonly memoryDumpCore?: boolean;
  readonly blkiotune?: Blkiotune;
  readonly memtune?: Memtune;
  /** Printed, without effect. */
  readonly memoryBacking?: MemoryBacking;
  /** Number of CPUs for information, 1 when absent; it limits nothing. */
  readonly vcpus?: number;
  /** CPUs of the host that the container may use, for example `0-3,^2`; all when absent. */
  readonly cpuset?: string;
  /** `static` when absent. */
  readonly vcpuPlacement?: VcpuPlacement;
  readonly cputune?: Cputune;
  readonly numatune?: Numatune;
  readonly resource?: Resource;
  readonly os: Os;
  readonly idmap?: Idmap;
  readonly features?: Features;
  /** `utc` when absent. */
  readonly clock?: Clock;
  /** `destroy` when absent. */
  readonly onPoweroff?: LifecycleAction;
  /** `restart` when absent. */
  readonly onReboot?: LifecycleAction;
  /** `destroy` when absent. */
  readonly onCrash?: CrashAction;
  /** Printed, without effect. */
  readonly onLockfailure?: LockFailureAction;
  readonly devices?: Devices;
  /** One for each security model. */
  readonly seclabels?: readonly Seclabel[];
  /** Namespaces shared with another container, a process or a named network namespace. */
  readonly lxcNamespace?: LxcNamespace;
  /** Elements of libvirt's other drivers (`<cpu>`, `<sysinfo>`, ...), one XML element each: printed, without effect. */
  readonly kept?: Kept;
}

export interface CompleteDevices extends Devices {
  readonly emulator: string;
  readonly disks?: readonly CompleteDisk[];
  readonly filesystems: readonly Filesystem[];
  readonly interfaces?: readonly CompleteInterface[];
  readonly consoles: readonly CompleteConsole[];
}

/** A definition with every default filled in: what drivers store and start. */
export interface CompleteDomain extends DomainDefinition {
  readonly uuid: string;
  readonly currentMemoryKiB: number;
  readonly vcpus: number;
  readonly vcpuPlacement: VcpuPlacement;
  readonly os: CompleteOs;
  readonly clock: Clock;
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
