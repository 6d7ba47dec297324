/** Ports of the container that the host answers for. */
import { isIP, SocketAddress } from 'node:net';
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { refuseSharedPorts } from './port-overlap.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, missing } from './values.js';

export const PORT_PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;
export type PortProtocol = (typeof PORT_PROTOCOLS)[number];

const MAX_PORT = 65535;

/** A port, or a row of them, that the host passes on to the container. */
export interface PublishedPort {
  /** `tcp` when absent. */
  readonly protocol?: PortProtocol;
  /** IP address of the host; all of them when absent. */
  readonly hostAddress?: string;
  /** The first of the host's ports, 1 to 65535. */
  readonly hostPort: number;
  /** The first of the container's ports, 1 to 65535. */
  readonly containerPort: number;
  /** How many ports in a row; 1 when absent. */
  readonly count?: number;
}

export function parsePort(port: OwnReader): Draft<PublishedPort> {
  return {
    protocol: port.attribute('protocol').oneOf(PORT_PROTOCOLS),
    hostAddress: port.attribute('hostAddress').text(),
    hostPort: port.attribute('hostPort').unsignedInteger(),
    containerPort: port.attribute('containerPort').unsignedInteger(),
    count: port.attribute('count').unsignedInteger(),
  };
}

export function checkPorts(fields: Fields): readonly PublishedPort[] | undefined {
  const ports = fields.list('ports', checkPort);
  if (ports) refuseSharedPorts(ports);
  return ports;
}

function checkPort(fields: Fields): PublishedPort {
  const protocol = fields.oneOf('protocol', PORT_PROTOCOLS);
  const hostAddress = checkAddress(fields.string('hostAddress'));
  const hostPort = checkNumber(fields, { of: 'port', attribute: 'hostPort', min: 1, max: MAX_PORT });
  const containerPort = checkNumber(fields, {
    of: 'port',
    attribute: 'containerPort',
    min: 1,
    max: MAX_PORT,
  });
  if (hostPort === undefined) throw missing({ of: 'port', attribute: 'hostPort' });
  if (containerPort === undefined) throw missing({ of: 'port', attribute: 'containerPort' });
  const max = MAX_PORT + 1 - Math.max(hostPort, containerPort);
  const count = checkNumber(fields, { of: 'port', attribute: 'count', min: 1, max });
  return compact({ protocol, hostAddress, hostPort, containerPort, count });
}

/** In its shortest form, so that equal addresses look equal. */
function checkAddress(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const version = isIP(address);
  // A zone ("%eth0") names an interface of one host.
  if (version === 0 || address.includes('%')) {
    throw refusal(
      'XML_ERROR',
      `attribute 'hostAddress' of <virtainer:port> ${quote(address)} is not an IP address`,
    );
  }
  return new SocketAddress({ address, family: version === 6 ? 'ipv6' : 'ipv4' }).address;
}

export function formatPorts(ports: readonly PublishedPort[] = []): OutputElement[] {
  return ports.map(({ protocol, hostAddress, hostPort, containerPort, count }) =>
    ownElement('port', { protocol, hostAddress, hostPort, containerPort, count }),
  );
}
