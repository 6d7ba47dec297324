/** What this process may do to the host. */
import { CAPABILITIES, type CapabilityName } from '../../definition/domain/index.js';

/** Those of `wanted` that are not in the effective set, according to the text of `/proc/PID/status`. */
export function missingRights(status: string, wanted: readonly CapabilityName[]): readonly CapabilityName[] {
  const [, hex = '0'] = /^CapEff:\s*([0-9a-f]+)$/mu.exec(status) ?? [];
  const held = BigInt(`0x${hex}`);
  return wanted.filter((name) => ((held >> BigInt(CAPABILITIES.indexOf(name))) & 1n) === 0n);
}
