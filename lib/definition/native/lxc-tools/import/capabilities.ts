/** Capabilities: all but those dropped, or those kept. */
import { CAPABILITIES, type CapabilitiesFeature, type CapabilityName } from '../../../domain/index.js';
import type { CapabilityState } from '../../../domain/capabilities.js';
import type { Config, Entry } from '../config.js';
import { words } from '../values.js';

type States = Partial<Record<CapabilityName, CapabilityState>>;

/** libvirt reads the first lxc.cap.drop only, and no lxc.cap.keep. */
export function importCapabilities(config: Config): CapabilitiesFeature {
  const dropped = names(config, config.all('lxc.cap.drop'));
  const keepLines = config.all('lxc.cap.keep');
  if (keepLines.length === 0) return { policy: 'allow', states: states(dropped, 'off') };
  const kept = names(config, keepLines).filter((name) => !dropped.includes(name));
  return { policy: 'deny', states: states(kept, 'on') };
}

function states(names: readonly CapabilityName[], state: CapabilityState): States {
  return Object.fromEntries(names.map((name) => [name, state]));
}

function names(config: Config, entries: readonly Entry[]): readonly CapabilityName[] {
  return entries.flatMap((entry) => {
    const given = words(entry.value).filter((word) => word !== 'none');
    const unknown = given.filter((word) => find(word) === undefined);
    if (unknown.length > 0) config.leave(entry, `unknown: ${unknown.join(' ')}`);
    return given.map(find).filter((name) => name !== undefined);
  });
}

function find(word: string): CapabilityName | undefined {
  return CAPABILITIES.find((name) => name === word.toLowerCase());
}
