/** Who looks after the cgroups of a host. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether systemd is process 1: then all groups are its own, but those that it hands to others. */
export function isSystemdHost(root = '/'): boolean {
  // As sd_booted(3); but a container may have been given the host's /run.
  const hasRun = existsSync(join(root, 'run/systemd/system'));
  return hasRun && readFileSync(join(root, 'proc/1/comm'), 'utf8').trim() === 'systemd';
}
