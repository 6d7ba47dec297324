/** Containers of the four kinds, and one with as little protection as the public API can be told to leave. */
import type { Domain, DomainDefinition } from '../../lib/index.js';
import type { Changes, World } from '../system/world.js';

export const KINDS = ['generic', 'chroot', 'systemd', 'booted'] as const;
export type Kind = (typeof KINDS)[number];

/** Everything that protects the host, switched off one by one. */
const UNPROTECTED = {
  userNamespace: { mode: 'none', insecure: true },
  seccomp: { profile: 'unconfined' },
  maskedPaths: { defaults: false, paths: [] },
  readonlyPaths: { defaults: false, paths: [] },
  noNewPrivs: false,
} as const;

/** With `extensions` for a container of that kind; those of the definition stay. */
export function ofKind(kind: Kind, definition: DomainDefinition): DomainDefinition {
  return { ...definition, extensions: { ...definition.extensions, security: { kind } } };
}

/** A definition without the protections that all containers have, and with every capability. */
export function weakened(definition: DomainDefinition): DomainDefinition {
  return {
    ...definition,
    features: { ...definition.features, capabilities: { policy: 'allow' } },
    extensions: { ...definition.extensions, ...UNPROTECTED },
  };
}

/** Starts a weakened container. */
export function startWeakened(world: World, changes: Changes = {}): Promise<Domain> {
  return world.connection.createDomain(weakened(world.define(changes)));
}
