/** What of containers a host runs. */
import { quote } from '../../errors.js';
import { refusal } from '../refusal.js';
import type { HostFacts } from './definition.js';

/** The architecture, when the host runs such domains. @throws VirtError INVALID_ARG */
export function requireGuest(host: HostFacts, arch: string, domainType = 'lxc'): string {
  if (domainType === 'lxc' && host.guestArches.includes(arch)) return arch;
  throw refusal(
    'INVALID_ARG',
    `could not find capabilities for arch=${quote(arch)} domaintype=${quote(domainType)}`,
    `use ${host.guestArches.join(' or ')}, and the type lxc`,
  );
}
