/** URI -> driver -> Connection: the only place that knows all drivers. */
import { Connection } from './connection.js';
import type { Driver } from './driver.js';
import { VirtError } from './errors.js';
import { openLxc } from './lxc/driver.js';
import { openTest } from './test-driver/driver.js';
import { defaultUri, parseLxcTarget, parseUri, type ConnectionUri } from './uri.js';

/** How {@link open} connects. */
export interface OpenOptions {
  /** Refuse everything that changes something with OPERATION_DENIED. Default: false. */
  readonly readOnly?: boolean;
}

/**
 * Opens a connection. Mirrors `virConnectOpen` and `virConnectOpenReadOnly`.
 *
 * - `lxc:///system` (also `lxc:///`): the containers of this host; needs root.
 * - `lxc:///embed?root=DIR`: containers whose whole state is kept below DIR; needs root.
 * - `test:///default`: domains in memory, a fresh world for each connection, for tests of your own code.
 *
 * @param uri - Default: the environment's `VIRTAINER_DEFAULT_URI`, then `LIBVIRT_DEFAULT_URI`, then `lxc:///system`.
 * @throws VirtError NO_CONNECT when no driver knows the URI; INTERNAL_ERROR for an unexpected path.
 * @example
 * await using connection = await open('lxc:///system');
 */
export async function open(uri?: string, options: OpenOptions = {}): Promise<Connection> {
  const driver = await openDriver(parseUri(uri ?? defaultUri(process.env)));
  return new Connection(driver, { readOnly: options.readOnly ?? false });
}

function openDriver(uri: ConnectionUri): Driver | Promise<Driver> {
  if (uri.server === '' && uri.scheme === 'lxc') return openLxc(parseLxcTarget(uri));
  if (uri.server === '' && uri.scheme === 'test') return openTest(uri.path);
  throw new VirtError('NO_CONNECT', `no connection driver available for ${uri.text}`, {
    domain: 'NONE',
    hint: 'use lxc:///system, lxc:///embed?root=DIR or test:///default',
  });
}
