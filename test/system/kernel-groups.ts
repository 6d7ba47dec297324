/** The cgroups of a test's container, read and written from the host's side. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain } from '../../lib/index.js';

interface Group {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly directory: string;
}

/** Where a running domain's processes are held to what a controller limits. */
export function groupDirectory(stateRoot: string, domain: Domain, controller: string): string {
  const text = readFileSync(join(stateRoot, 'run', domain.uuid, 'live.json'), 'utf8');
  const { cgroups } = JSON.parse(text) as { cgroups: { groups: readonly Group[] } };
  const group = cgroups.groups.find(({ controllers }) => controllers.includes(controller));
  if (!group) throw new Error(`no group with ${controller}`);
  return group.directory;
}

/** Reads a file of the controller it is named after. */
export function readGroupFile(stateRoot: string, domain: Domain, name: string): string {
  const controller = name.slice(0, name.indexOf('.'));
  return readFileSync(join(groupDirectory(stateRoot, domain, controller), name), 'utf8').trim();
}

/** The init of a running domain on the host. */
export function initOf(stateRoot: string, domain: Domain): number {
  const text = readFileSync(join(stateRoot, 'run', domain.uuid, 'controller'), 'utf8');
  return Number(text.split(' ')[3]);
}

/** Whether limits are in version 1 here, as the tests of files need it. */
export const hasVersion1 = /^\d+ .* - cgroup \S+ rw,(?:.*,)?memory(?:,|$)/mu.test(
  readFileSync('/proc/self/mountinfo', 'utf8'),
);
