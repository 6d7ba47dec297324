/** Cgroups of a test's own, of both versions, and what a process in them may do with devices. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHierarchies } from '../../lib/lxc/cgroup/hierarchies.js';
import type { Group } from '../../lib/lxc/cgroup/layout.js';
import { deviceRules, type DeviceRule } from '../../lib/lxc/security/devices/rules.js';

const isRoot = process.getuid?.() === 0;
const hierarchies = isRoot ? readHierarchies() : [];
export const unified = hierarchies.find(({ version }) => version === 2);
export const v1 = hierarchies.find(({ controllers }) => controllers.includes('devices'));
export const describeIf = (found: unknown): typeof describe =>
  found === undefined ? describe.skip : describe;

export const DEFAULTS = deviceRules([], []);
export const WITH_KMSG: readonly DeviceRule[] = [
  ...DEFAULTS,
  { kind: 'c', major: 1, minor: 11, access: 'r' },
];
export const EPERM = 'Operation not permitted';

/** For nodes. */
export const folder = isRoot ? mkdtempSync(join(tmpdir(), 'virtainer-devices-')) : '';
const made: string[] = [];
let count = 0;

afterAll(() => {
  if (isRoot) rmSync(folder, { recursive: true });
});

afterEach(() => {
  for (const directory of made.splice(0)) rmdirSync(directory);
});

/** A new empty group below the root of a hierarchy. */
export function makeGroup(hierarchy: (typeof hierarchies)[number]): Group {
  const directory = join(hierarchy.mountPoint, `virtainer-test-devices-${process.pid}-${count++}`);
  mkdirSync(directory);
  made.push(directory);
  return { version: hierarchy.version, controllers: hierarchy.controllers, directory };
}

function joinCommand(group: Group): string {
  return `echo 0 > '${join(group.directory, 'cgroup.procs')}'`;
}

/** What a shell in the group says when it does this; nothing when it succeeds. */
function inGroup(group: Group, command: string): string {
  const { stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `${joinCommand(group)} && exec 2>&1 && ${command}`],
    {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
    },
  );
  return (stdout + stderr).trim();
}

export const opens = (group: Group, path: string, mode = '<'): string =>
  inGroup(group, `: ${mode} '${path}'`);

export function makes(group: Group, kind: 'c' | 'b', major: number, minor: number): string {
  return inGroup(group, `mknod '${join(folder, `node-${count++}`)}' ${kind} ${major} ${minor}`);
}

/** Nodes that a program of the group did not make, at a place where it finds them. */
export function nodeOf(kind: 'c' | 'b', major: number, minor: number): string {
  const path = join(folder, `host-${kind}-${major}-${minor}-${count++}`);
  expect(spawnSync('mknod', [path, kind, String(major), String(minor)]).status).toBe(0);
  return path;
}
