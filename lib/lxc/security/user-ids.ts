/** Which users of the host those of a container are. */
import type { CompleteDomain, IdmapEntry } from '../../definition/domain/index.js';
import { allocateIdRange, reserveIdmap, type IdRequest } from './id-ranges.js';
import type { IdClaim } from './id-registry.js';

/** Users and groups of a user namespace. */
export interface IdMaps {
  readonly uids: readonly IdmapEntry[];
  readonly gids: readonly IdmapEntry[];
}

/** The maps of a user namespace, and the claim that keeps others from its ids. */
export interface UserIds extends IdMaps {
  /**
   * Whether mounts are idmapped, so that files belong in the container to the ids they have on disk. As in libvirt,
   * not with an `<idmap>`: there, files have to belong to the mapped ids.
   */
  readonly mapsMounts: boolean;
  readonly claim: IdClaim;
}

/**
 * `undefined` when the container has no user namespace.
 * @throws VirtError RESOURCE_BUSY when the ids are taken.
 */
export function claimUserIds(
  { uuid, idmap, extensions }: Pick<CompleteDomain, 'uuid' | 'idmap' | 'extensions'>,
  sources: Omit<IdRequest, 'uuid'> = {},
): UserIds | undefined {
  if (extensions?.userNamespace?.mode === 'none') return undefined;
  if (idmap) return { ...idmap, mapsMounts: false, claim: reserveIdmap(idmap, sources) };
  const claim = allocateIdRange({ ...sources, uuid });
  const map = [{ start: 0, target: claim.base, count: claim.count }];
  return { uids: map, gids: map, mapsMounts: true, claim };
}

/** The host's ids of the container's root. */
export function rootOf(ids: IdMaps | undefined): { uid: number; gid: number } {
  const target = (map: readonly IdmapEntry[] = []): number =>
    map.find(({ start }) => start === 0)?.target ?? 0;
  return { uid: target(ids?.uids), gid: target(ids?.gids) };
}
