/** What keeps one run of a container apart from the host and from others, claimed before anything of it exists. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import type { Context } from '../context.js';
import { prepareLabel, sweepLabels, type LabelHost, type PreparedLabel } from './label/index.js';
import { seccompFilter } from './seccomp/index.js';
import { closeSharedNamespaces, openSharedNamespaces, type SharedNamespace } from './shared-namespaces.js';
import { claimUserIds, type UserIds } from './user-ids.js';

export interface Isolation {
  readonly ids: UserIds | undefined;
  readonly filter: Buffer | undefined;
  readonly shared: readonly SharedNamespace[];
  readonly label: PreparedLabel;
  /** For the controller, in the order in which a plan numbers them. */
  readonly descriptors: readonly number[];
  /** How many of them, at the end, it only keeps open. */
  readonly claims: number;
  /** Takes back what outlives this process, when the start fails. Never rejects. */
  undo(): Promise<void>;
  /** Closes this process's copies. */
  release(): void;
}

/** @throws VirtError for what can't be had: a container never starts with less than was asked for. */
export async function claimIsolation(
  context: Context,
  definition: CompleteDomain,
  profile: SecurityProfile,
): Promise<Isolation> {
  const filter = await filterOf(context, profile);
  const shared = await openSharedNamespaces(context, definition.lxcNamespace);
  let ids: UserIds | undefined;
  try {
    ids = claimUserIds(definition, { idRange: context.idRange });
    await sweepOnce(context);
    const label = await prepareLabel(context.labels, definition, profile.kind);
    return combine({ filter, shared, ids, label });
  } catch (cause) {
    closeSharedNamespaces(shared);
    ids?.claim.release();
    throw cause;
  }
}

/** Hosts whose labels of ended containers this process has taken back. */
const swept = new WeakSet<LabelHost>();

async function sweepOnce({ labels }: Context): Promise<void> {
  if (swept.has(labels)) return;
  swept.add(labels);
  await sweepLabels(labels);
}

type Parts = Pick<Isolation, 'filter' | 'shared' | 'ids' | 'label'>;

function combine({ filter, shared, ids, label }: Parts): Isolation {
  const claims = [...(ids ? [ids.claim.fd] : []), ...label.fds];
  return {
    filter,
    shared,
    ids,
    label,
    descriptors: [...shared.map(({ fd }) => fd), ...claims],
    claims: claims.length,
    undo: () => label.undo(),
    release: () => {
      closeSharedNamespaces(shared);
      ids?.claim.release();
      label.release();
    },
  };
}

async function filterOf(context: Context, profile: SecurityProfile): Promise<Buffer | undefined> {
  const { seccomp, capabilities } = profile;
  if (seccomp === undefined) return undefined;
  const asked = typeof seccomp === 'string' ? seccomp : { file: seccomp.file };
  return seccompFilter({ profile: asked, capabilities, cacheFolder: context.where.filters });
}
