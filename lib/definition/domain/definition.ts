/** The whole domain definition, put together from the element families. */
import type { CompleteConsole, Console } from './console.js';
import type { Features } from './features.js';
import type { Filesystem } from './filesystem.js';
import type { CrashAction, LifecycleAction } from './lifecycle.js';
import type { CompleteOs, Os } from './os.js';

export interface Devices {
  /** Kept and printed, never executed: the containers of this package have their own controller. */
  readonly emulator?: string;
  readonly filesystems?: readonly Filesystem[];
  readonly consoles?: readonly Console[];
}

/**
 * A domain as its author writes it: what libvirt requires is required, the rest has libvirt's defaults.
 * @see https://libvirt.org/formatdomain.html
 */
export interface DomainDefinition {
  readonly type: 'lxc';
  readonly name: string;
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
  readonly vcpus?: number;
  readonly resource?: { readonly partition?: string };
  readonly os: Os;
  readonly features?: Features;
  readonly clock?: { readonly offset: 'utc' | 'localtime' };
  readonly onPoweroff?: LifecycleAction;
  readonly onReboot?: LifecycleAction;
  readonly onCrash?: CrashAction;
  readonly devices?: Devices;
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
  readonly devices: Devices & {
    readonly emulator: string;
    readonly filesystems: readonly Filesystem[];
    readonly consoles: readonly CompleteConsole[];
  };
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
