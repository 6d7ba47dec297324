/**
 * What a host is and what can run on it.
 * @see https://libvirt.org/formatcaps.html
 */

/** What the host can be suspended to, in libvirt's order. */
export const SUSPEND_TARGETS = ['suspend_mem', 'suspend_disk', 'suspend_hybrid'] as const;
export type SuspendTarget = (typeof SUSPEND_TARGETS)[number];

/** How the CPUs of one NUMA cell are made up: their number is the product of all four. */
export interface CpuTopology {
  readonly sockets: number;
  readonly dies: number;
  readonly cores: number;
  readonly threads: number;
}

export interface HostCpuModel {
  /** As the kernel calls it, `AMD EPYC 7B13` for example; libvirt's names of models are others, so the XML has none. */
  readonly model?: string;
  /** As the CPU calls itself, `AuthenticAMD` for example. */
  readonly vendor?: string;
  readonly topology: CpuTopology;
  /** Sizes of pages, KiB, ascending; the first is that of ordinary memory. */
  readonly pageSizesKiB: readonly number[];
}

/** A CPU that is online. */
export interface HostCpu {
  readonly id: number;
  readonly socketId: number;
  readonly dieId: number;
  readonly coreId: number;
  /** Ids of the CPUs that share its core, itself among them. */
  readonly siblings: readonly number[];
}

/** Memory of one size of pages. */
export interface HostPages {
  /** Size of one, KiB. */
  readonly sizeKiB: number;
  readonly count: number;
}

/** A NUMA node. */
export interface HostCell {
  readonly id: number;
  readonly memoryKiB: number;
  readonly pages: readonly HostPages[];
  /** Relative cost of reaching each cell from this one; empty when the kernel does not tell. */
  readonly distances: readonly { readonly id: number; readonly value: number }[];
  readonly cpus: readonly HostCpu[];
}

/** A kernel module that labels processes, and is switched on. */
export interface SecurityModel {
  readonly model: string;
  readonly doi: string;
  /** What labels of domains of a type are made from. */
  readonly baselabels: readonly { readonly type: 'lxc'; readonly label: string }[];
}

export interface GuestCapabilities {
  readonly osType: 'exe';
  readonly arch: string;
  readonly wordsize: 31 | 32 | 64;
  readonly emulator: string;
  readonly domainType: 'lxc';
}

/** What `Connection.getCapabilities` reports. Mirrors the document of `virConnectGetCapabilities`. */
export interface Capabilities {
  readonly host: {
    readonly uuid: string;
    readonly arch: string;
    /** How many CPUs are online. */
    readonly cpus: number;
    /** Installed memory, KiB. */
    readonly memoryKiB: number;
    readonly cpu: HostCpuModel;
    readonly powerManagement: readonly SuspendTarget[];
    /** True when devices can be given to guests safely. */
    readonly iommu: boolean;
    readonly topology: { readonly cells: readonly HostCell[] };
    readonly securityModels: readonly SecurityModel[];
  };
  readonly guests: readonly GuestCapabilities[];
}
