/** The last look at a definition before it is stored or started. */
import { VirtError } from '../../errors.js';
import { refusal, xmlError } from '../refusal.js';
import { parseXml } from '../xml/index.js';
import { checkDomainDefinition } from './check.js';
import type { CompleteDomain, HostFacts } from './definition.js';
import { formatDomain } from './format.js';
import { requireGuest } from './guest.js';

/**
 * Checks every rule, also those that need to know the host, and that the printed XML can be read again.
 * @throws VirtError INVALID_ARG when the host does not run the architecture; else as `checkDomainDefinition`.
 */
export function validateDomain(definition: CompleteDomain, host: HostFacts): void {
  checkDomainDefinition(definition);
  checkComplete(definition);
  requireGuest(host, definition.os.arch);
  try {
    parseXml(formatDomain(definition));
  } catch (cause) {
    if (cause instanceof VirtError)
      throw xmlError(`definition does not fit into a document: ${cause.message}`);
    throw cause;
  }
}

const COMPLETED = [
  'uuid',
  'currentMemoryKiB',
  'vcpus',
  'vcpuPlacement',
  'clock',
  'onPoweroff',
  'onReboot',
  'onCrash',
] as const;
const COMPLETED_DEVICES = ['emulator', 'filesystems', 'consoles'] as const;

/** Programs without a type checker may pass a definition that nobody completed. */
function checkComplete(definition: Partial<CompleteDomain>): void {
  const devices: Partial<CompleteDomain['devices']> = definition.devices ?? {};
  const missing = [
    ...COMPLETED.filter((key) => definition[key] === undefined),
    ...(definition.os?.arch === undefined ? ['os.arch'] : []),
    ...COMPLETED_DEVICES.filter((key) => devices[key] === undefined).map((key) => `devices.${key}`),
  ];
  if (missing[0] !== undefined) {
    throw refusal('INVALID_ARG', `domain.${missing[0]} is missing: complete the definition first`);
  }
}
