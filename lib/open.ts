/** URI -> driver -> Connection: the only place that knows all drivers. */
import { Connection } from './connection.js';
import type { Driver, IdRange } from './driver.js';
import { VirtError } from './errors.js';
import { openLxc } from './lxc/driver.js';
import { checkIdRange } from './lxc/security/id-range.js';
import { openTest } from './test-driver/driver.js';
import { defaultUri, parseLxcTarget, parseUri, type ConnectionUri } from './uri.js';

/** How {@link open} connects. */
export interface OpenOptions {
  /** Refuse everything that changes something with OPERATION_DENIED. Default: false. */
  readonly readOnly?: boolean;
  /**
   * Out of which ids of the host containers get theirs, 65536 each: at least so many, from 65536 on. Ids that
   * `/etc/subuid` and `/etc/subgid` give to others are left out. Default: the environment's `VIRTAINER_ID_RANGE`
   * (`START:COUNT`), then what these files give to root, then 524288 to 1879048191.
   */
  readonly idRange?: IdRange;
}

/**
 * Opens a connection. Mirrors `virConnectOpen` and `virConnectOpenReadOnly`.
 *
 * - `lxc:///system` (also `lxc:///`): the containers of this host; needs root.
 * - `lxc:///embed?root=DIR`: containers whose whole state is kept below DIR; needs root.
 * - `test:///default`: domains in memory, a fresh world for each connection, for tests of your own code.
 *
 * @param uri - Default: the environment's `VIRTAINER_DEFAULT_URI`, then `LIBVIRT_DEFAULT_URI`, then `lxc:///system`.
 * @throws VirtError NO_CONNECT when no driver knows the URI; INTERNAL_ERROR for an unexpected path;
 *   INVALID_ARG for an `idRange` that no container fits in.
 * @example
 * await using connection = await open('lxc:///system');
 */
export async function open(uri?: string, options: OpenOptions = {}): Promise<Connection> {
  const idRange = options.idRange && checkIdRange(options.idRange, "option 'idRange'");
  const driver = await openDriver(parseUri(uri ?? defaultUri(process.env)), idRange);
  return new Connection(driver, { readOnly: options.readOnly ?? false });
}

function openDriver(uri: ConnectionUri, idRange: IdRange | undefined): Driver | Promise<Driver> {
  if (uri.server === '' && uri.scheme === 'lxc') return openLxc({ ...parseLxcTarget(uri), idRange });
  if (uri.server === '' && uri.scheme === 'test') return openTest(uri.path);
  throw new VirtError('NO_CONNECT', `no connection driver available for ${uri.text}`, {
    domain: 'NONE',
    hint: 'use lxc:///system, lxc:///embed?root=DIR or test:///default',
  });
}
