/** Ids of the host for user namespaces. No two running containers of this host have the same, unless both ask for them. */
import type { Idmap, IdmapEntry } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import { idCandidates, poolSize, readIdPool, type IdPool, type IdPoolSources } from './id-pool.js';
import { IDS_PER_CONTAINER } from './id-range.js';
import { IdRegistry, type IdClaim } from './id-registry.js';

/** A range of ids that one container has. */
export interface IdAllocation extends IdClaim {
  /** The first one, which is the container's root. */
  readonly base: number;
  readonly count: typeof IDS_PER_CONTAINER;
}

interface RegistryPlace {
  /** Folder of the registry, for tests: only one for all finds every overlap. */
  readonly folder?: string | undefined;
}

/** For whom, and out of what. */
export interface IdRequest extends IdPoolSources, RegistryPlace {
  readonly uuid: string;
}

/**
 * Claims ids that nobody has, without waiting: the same ones as last time, if they are free.
 * @throws VirtError RESOURCE_BUSY when there are none; INVALID_ARG or CONF_SYNTAX for where they are to come from.
 */
export function allocateIdRange(request: IdRequest): IdAllocation {
  const pool = readIdPool(request);
  const registry = new IdRegistry(request.folder);
  try {
    for (const base of idCandidates(pool, request.uuid)) {
      if (!registry.tryClaim({ start: base, count: IDS_PER_CONTAINER }, { shared: false })) continue;
      return allocation(registry, base);
    }
    throw exhausted(pool);
  } catch (cause) {
    registry.release();
    throw cause;
  }
}

function allocation(registry: IdRegistry, base: number): IdAllocation {
  const release = (): void => {
    registry.release();
  };
  return { base, count: IDS_PER_CONTAINER, fd: registry.fd, release };
}

/**
 * Claims the ids of an `<idmap>`, for users and groups alike. As in libvirt, several containers may say the same ones.
 * @throws VirtError RESOURCE_BUSY when a running container was given some of them for itself.
 */
export function reserveIdmap({ uids, gids }: Idmap, { folder }: RegistryPlace = {}): IdClaim {
  const registry = new IdRegistry(folder);
  try {
    claimEntries(registry, uids, 'uid');
    claimEntries(registry, gids, 'gid');
    return registry;
  } catch (cause) {
    registry.release();
    throw cause;
  }
}

function claimEntries(registry: IdRegistry, entries: readonly IdmapEntry[], kind: 'uid' | 'gid'): void {
  for (const { start, target, count } of entries) {
    if (registry.tryClaim({ start: target, count }, { shared: true })) continue;
    const entry = `<${kind} start='${start}' target='${target}' count='${count}'>`;
    throw new VirtError('RESOURCE_BUSY', `<idmap>: ${entry}: a running container has some of these ids`, {
      hint: 'choose another target, or keep automatic ranges apart with VIRTAINER_ID_RANGE',
    });
  }
}

function exhausted(pool: IdPool): VirtError {
  const { origin } = pool;
  return new VirtError(
    'RESOURCE_BUSY',
    `no ${IDS_PER_CONTAINER} ids left for a user namespace: of ${poolSize(pool)} ranges from ${origin}, ` +
      'each belongs to another user or a running container',
    {
      hint:
        "set VIRTAINER_ID_RANGE=START:COUNT or the option 'idRange', or give root more in /etc/subuid and " +
        '/etc/subgid: 65536 for each container',
    },
  );
}
