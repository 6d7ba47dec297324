/** The labels of a domain's init. */
import type { SecurityLabel } from '../../../driver.js';
import { findActive } from '../../active.js';
import type { Context } from '../../context.js';
import type { HostTree } from '../../host/tree.js';
import { isAlive } from '../../process.js';
import { readProcessLabels } from './current.js';

/** Empty when the domain is not active. */
export async function readDomainLabels(
  context: Context,
  tree: HostTree,
  uuid: string,
): Promise<readonly SecurityLabel[]> {
  const active = await findActive(context, uuid);
  if (!active) return [];
  const labels = await readProcessLabels(tree, active.init.pid);
  // Otherwise the number may have been another process's already when its label was read.
  return isAlive(active.init) ? labels : [];
}
