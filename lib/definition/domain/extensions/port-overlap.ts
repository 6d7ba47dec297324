/** Two answers for one port of the host would leave it to chance which container's port is reached. */
import { refusal } from '../../refusal.js';
import type { PublishedPort } from './ports.js';

/** One address, `*` for every address of its family. */
interface Binding {
  readonly family: 4 | 6;
  readonly address: string;
}

/** @throws VirtError XML_ERROR naming the first port of the host that is published twice. */
export function refuseSharedPorts(ports: readonly PublishedPort[]): void {
  // For each protocol, family and address: the last port that is taken, in order of the first.
  const taken = new Map<string, number>();
  for (const port of ports.toSorted((a, b) => a.hostPort - b.hostPort)) {
    const { protocol = 'tcp', hostPort, count = 1 } = port;
    for (const { family, address } of bindings(port)) {
      const all = `${protocol} ${family}`;
      const one = `${all} ${address}`;
      const last = Math.max(taken.get(address === '*' ? all : one) ?? 0, taken.get(`${all} *`) ?? 0);
      if (last >= hostPort) {
        throw refusal(
          'XML_ERROR',
          `<virtainer:port>: ${protocol} port ${hostPort} of the host is published twice`,
        );
      }
      for (const key of [all, one]) taken.set(key, Math.max(taken.get(key) ?? 0, hostPort + count - 1));
    }
  }
}

function bindings({ hostAddress }: PublishedPort): readonly Binding[] {
  const v4: Binding = { family: 4, address: '*' };
  const v6: Binding = { family: 6, address: '*' };
  if (hostAddress === undefined) return [v4, v6];
  if (hostAddress === '0.0.0.0') return [v4];
  if (hostAddress === '::') return [v6];
  return [{ family: hostAddress.includes(':') ? 6 : 4, address: hostAddress }];
}
