/** Containers of the four kinds, and one with as little protection as the public API can be told to leave. */
import {
  EXTENSIONS_NAMESPACE,
  parseDomain,
  VirtError,
  type Domain,
  type DomainDefinition,
} from '../../lib/index.js';
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

/** False in a version that knows no kinds: then all containers are of one. */
export const hasKinds = accepts("<virtainer:security kind='generic'/>");
/** False in a version that cannot be told so: its containers have none of these protections. */
export const hasProtections = accepts("<virtainer:userNamespace mode='none' insecure='yes'/>");

/** With `extensions` for a container of that kind; those of the definition stay. */
export function ofKind(kind: Kind, definition: DomainDefinition): DomainDefinition {
  return hasKinds ? extended(definition, { security: { kind } }) : definition;
}

/** A definition without the protections that all containers have, and with every capability. */
export function weakened(definition: DomainDefinition): DomainDefinition {
  const strong = {
    ...definition,
    features: { ...definition.features, capabilities: { policy: 'allow' } },
  } as const;
  return hasProtections ? extended(strong, UNPROTECTED) : strong;
}

/** Starts a weakened container; by a version that has fewer protections to switch off, with those it has. */
export async function startWeakened(world: World, changes: Changes = {}): Promise<Domain> {
  const definition = world.define(changes);
  try {
    return await world.connection.createDomain(weakened(definition));
  } catch (error) {
    if (!(error instanceof VirtError) || error.code !== 'CONFIG_UNSUPPORTED') throw error;
    const features = { ...definition.features, capabilities: { policy: 'allow' } } as const;
    return world.connection.createDomain({ ...definition, features });
  }
}

/** Typed loosely: a version of the package under test may know fewer of them. */
function extended(definition: DomainDefinition, extensions: object): DomainDefinition {
  return { ...definition, extensions: { ...definition.extensions, ...extensions } };
}

function accepts(element: string): boolean {
  const own = `<virtainer:domain xmlns:virtainer='${EXTENSIONS_NAMESPACE}'>${element}</virtainer:domain>`;
  try {
    parseDomain(
      `<domain type='lxc'><name>x</name><memory>65536</memory><os><type>exe</type><init>/x</init></os>` +
        `<metadata>${own}</metadata></domain>`,
    );
    return true;
  } catch {
    return false;
  }
}
