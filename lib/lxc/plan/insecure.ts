/** What is refused as long as its author has not said that the host need not be protected. */
import { domainRoot, type CompleteDomain, type Idmap } from '../../definition/domain/index.js';
import { isInsecure, WITHOUT_USER_NAMESPACE, type SecurityProfile } from '../../definition/security/index.js';
import { VirtError } from '../../errors.js';
import { sameAsAny } from './host-directories.js';

/** @throws VirtError CONFIG_UNSUPPORTED for root of the host with more than the fewest capabilities. */
export function refuseInsecure(definition: CompleteDomain, profile: SecurityProfile): void {
  refuseHostRoot(definition.idmap);
  if (profile.kind === 'booted') refuseHostSystem(definition);
  if (profile.userNamespace || isInsecure(definition)) return;
  const what = tooMuch(definition, profile);
  if (what === undefined) return;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `<virtainer:userNamespace mode='none'>: ${what} would have root of the host`,
    {
      hint: "remove <virtainer:userNamespace>, or add insecure='yes' to it if the container may do to the host what it likes",
    },
  );
}

/** What root of the host must not have in a container. */
function tooMuch({ features, extensions }: CompleteDomain, profile: SecurityProfile): string | undefined {
  const { kind, capabilities } = profile;
  if (kind === 'systemd' || kind === 'booted') return `a container of kind '${kind}'`;
  if (profile.seccomp === undefined) return "<virtainer:seccomp profile='unconfined'>";
  if (!profile.noNewPrivs) return "<virtainer:noNewPrivs state='off'>";
  // Nothing but these keeps root of the host from writing to what the kernel is set by.
  for (const list of ['maskedPaths', 'readonlyPaths'] as const)
    if (extensions?.[list]?.defaults === false) return `<virtainer:${list} defaults='no'>`;
  const extra = capabilities.find((name) => !WITHOUT_USER_NAMESPACE.includes(name));
  if (extra === undefined) return undefined;
  return features?.capabilities?.policy === 'allow'
    ? "<capabilities policy='allow'>"
    : `<capabilities> with <${extra} state='on'/>`;
}

/** An operating system does not boot from another one's files, not even if it can't change them. */
function refuseHostSystem(definition: CompleteDomain): void {
  const root = domainRoot(definition);
  if (root?.type !== 'mount' || !sameAsAny(root.source, ['/'])) return;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `<filesystem> target '/': a container of kind 'booted' would boot the host's own root`,
    { hint: 'give it a root of its own' },
  );
}

/** A user of the container that is root of the host would be let in by every file of the host. */
function refuseHostRoot(idmap: Idmap | undefined): void {
  for (const kind of ['uid', 'gid'] as const) {
    const entry = idmap?.[`${kind}s`].find(({ target }) => target === 0);
    if (!entry) continue;
    const { start, target, count } = entry;
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      `<idmap>: <${kind} start='${start}' target='${target}' count='${count}'> gives the container root of the host`,
      {
        hint: "choose another target; <virtainer:userNamespace mode='none'/> shares the host's users, with the fewest rights",
      },
    );
  }
}
