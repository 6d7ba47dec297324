/** @see https://libvirt.org/formatdomain.html#network-interfaces */
import type { DeviceInfo } from '../device-info.js';
import type { Kept } from '../kept.js';
import type { InterfaceBandwidth } from './bandwidth.js';
import type { Filterref } from './filterref.js';
import type { Ip } from './ip.js';
import type { Mac } from './mac.js';
import type { PortForward } from './port-forward.js';
import type { Route } from './route.js';
import type { InterfaceSettings } from './settings.js';
import type { Virtualport } from './virtualport.js';
import type { Vlan } from './vlan.js';

/** What interfaces of all types may have. */
export interface InterfaceCommon extends Mac, InterfaceSettings, DeviceInfo {
  /** Whether the host follows what the container asks of its filters: printed, without effect. */
  readonly trustGuestRxFilters?: boolean;
  /** Addresses inside the container. */
  readonly ips?: readonly Ip[];
  /** Routes inside the container. */
  readonly routes?: readonly Route[];
  /** Ports of the host that lead into the container. */
  readonly portForwards?: readonly PortForward[];
  readonly bandwidth?: InterfaceBandwidth;
  readonly vlan?: Vlan;
  readonly virtualport?: Virtualport;
  readonly filterref?: Filterref;
  /** Parts that only machines have (`<driver>`, `<rom>`, ...), one XML element each: printed, without effect. */
  readonly kept?: Kept;
}

/** A port of a bridge of the host. */
export interface BridgeInterface extends InterfaceCommon {
  readonly type: 'bridge';
  /** Name of the bridge. */
  readonly bridge: string;
}
export const MAC_TABLE_MANAGERS = ['kernel', 'libvirt'] as const;
/** A port of a virtual network. */
export interface NetworkInterface extends InterfaceCommon {
  readonly type: 'network';
  /** Name of the network. */
  readonly network: string;
  readonly portgroup?: string;
  /** Live only: uuid of the port of the network. */
  readonly portid?: string;
  /** Live only: name of the network's bridge. */
  readonly bridge?: string;
  /** Live only: who tells the bridge where addresses are. */
  readonly macTableManager?: (typeof MAC_TABLE_MANAGERS)[number];
}
/** A pair of interfaces, one of them on the host, connected to nothing else. */
export interface EthernetInterface extends InterfaceCommon {
  readonly type: 'ethernet';
  /** Addresses of the host's side. */
  readonly hostIps?: readonly Ip[];
  /** Routes of the host's side. */
  readonly hostRoutes?: readonly Route[];
}
export const DIRECT_MODES = ['vepa', 'private', 'bridge', 'passthrough'] as const;
/** An interface on top of one of the host. */
export interface DirectInterface extends InterfaceCommon {
  readonly type: 'direct';
  /** Name of the host's interface. */
  readonly dev: string;
  /** `vepa` when absent. */
  readonly mode?: (typeof DIRECT_MODES)[number];
}
/** Types of machines; what an interface without a type is, `user`, is one of them. */
export const MACHINE_INTERFACE_TYPES = [
  'user',
  'server',
  'client',
  'mcast',
  'udp',
  'internal',
  'hostdev',
  'vhostuser',
  'vdpa',
  'vds',
  'null',
] as const;
/** An interface of a type that no container can have: printed, and refused at start. */
export interface MachineInterface extends InterfaceCommon {
  readonly type: (typeof MACHINE_INTERFACE_TYPES)[number];
  /** `<source>` as XML; all but `user` and `null` need it. */
  readonly source?: string;
  /** Of `hostdev`. */
  readonly managed?: boolean;
}

/**
 * A network interface of the container.
 * @see https://libvirt.org/formatdomain.html#network-interfaces
 */
export type Interface =
  BridgeInterface | NetworkInterface | EthernetInterface | DirectInterface | MachineInterface;
export type InterfaceType = Interface['type'];
/** An interface with the defaults filled in. */
export type CompleteInterface = Interface & { readonly mac: string };

export const INTERFACE_TYPES = [
  'bridge',
  'network',
  'ethernet',
  'direct',
  ...MACHINE_INTERFACE_TYPES,
] as const;
