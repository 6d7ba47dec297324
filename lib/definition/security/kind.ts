/** The kind of a container: how much it needs, and with it how much it is trusted with. */
import { basename, normalize } from 'node:path';
import { domainRoot, type DomainDefinition, type SecurityKind } from '../domain/index.js';

const BOOTING_INIT = /^(?:init|systemd|openrc|openrc-init|runit|runit-init|upstart|s6-svscan)$/;

/** Whether a program of this name starts the services of an operating system. */
export function isBootingProgram(path: string): boolean {
  return BOOTING_INIT.test(basename(path));
}

/** The kind that the definition names, or else the one it looks like: see {@link inferredKind}. */
export function securityKind(definition: DomainDefinition, boots?: boolean): SecurityKind {
  return definition.extensions?.security?.kind ?? inferredKind(definition, boots);
}

/**
 * The kind that a container looks like, whatever its definition names: an init that boots is `booted`, on top of the
 * host's own programs `systemd`; everything else is `generic`. Nobody is taken for a `chroot`, which may do nothing.
 *
 * @param boots - whether `<init>` boots; by its name when absent
 */
export function inferredKind(
  definition: DomainDefinition,
  boots: boolean = isBootingProgram(definition.os.init),
): SecurityKind {
  if (!boots) return 'generic';
  return showsHostPrograms(definition) ? 'systemd' : 'booted';
}

function showsHostPrograms(definition: DomainDefinition): boolean {
  const root = domainRoot(definition);
  if (root?.type === 'mount' && normalize(root.source) === '/') return true;
  return (definition.devices?.filesystems ?? []).some(
    ({ type, target, ...rest }) =>
      type === 'mount' && normalize(target) === '/usr' && 'source' in rest && rest.source === '/usr',
  );
}
