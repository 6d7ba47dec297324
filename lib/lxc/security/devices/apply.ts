/** Where the rules about devices are kept, and putting them into force there. */
import { closeSync, constants, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemError, VirtError } from '../../../errors.js';
import { groupOf, unifiedGroup, type Group } from '../../cgroup/layout.js';
import { native } from '../../native.js';
import { subtractAccess } from './access.js';
import { compileDeviceProgram } from './program.js';
import { deviceOf, type DeviceRule } from './rules.js';

/**
 * The one group that decides about devices: that of the v1 controller where it is mounted, else that of version 2.
 *
 * @throws VirtError CONFIG_UNSUPPORTED when there is neither: a container without device rules does not start
 */
export function deviceGroup(groups: readonly Group[]): Group {
  const group = groupOf(groups, 'devices') ?? unifiedGroup(groups);
  if (group) return group;
  throw new VirtError('CONFIG_UNSUPPORTED', 'devices: no cgroup hierarchy that can deny them is mounted', {
    domain: 'CGROUP',
    hint: 'mount cgroup2 on /sys/fs/cgroup, or the v1 devices controller below it',
  });
}

/** Puts the rules into force for a new group, before anything joins it. */
export async function applyDevicePolicy(group: Group, rules: readonly DeviceRule[]): Promise<void> {
  if (group.version === 1) {
    await write(group, 'devices.deny', 'a');
    for (const rule of rules) await write(group, 'devices.allow', line(rule));
    return;
  }
  const program = compileDeviceProgram(rules);
  await withDirectory(group, (directory) => native().attachDevicePolicy(directory, program));
}

/**
 * Changes the rules of a running container. With version 2 in one step; with version 1 one device after the other,
 * what goes before what comes. Devices in both lists are usable all the time.
 *
 * @param before - the rules in force
 */
export async function replaceDevicePolicy(
  group: Group,
  before: readonly DeviceRule[],
  after: readonly DeviceRule[],
): Promise<void> {
  if (group.version === 1) {
    for (const rule of without(before, after)) await write(group, 'devices.deny', line(rule));
    for (const rule of without(after, before)) await write(group, 'devices.allow', line(rule));
    return;
  }
  const program = compileDeviceProgram(after);
  await withDirectory(group, (directory) => native().replaceDevicePolicy(directory, program));
}

/** What of `rules` the others do not allow, access by access. */
function without(rules: readonly DeviceRule[], others: readonly DeviceRule[]): DeviceRule[] {
  return rules.flatMap((rule) => {
    const other = others.find((candidate) => deviceOf(candidate) === deviceOf(rule));
    const access = subtractAccess(rule.access, other?.access);
    return access === undefined ? [] : [{ ...rule, access }];
  });
}

/** `c 1:3 rw` */
function line(rule: DeviceRule): string {
  return `${deviceOf(rule)} ${rule.access}`;
}

async function write(group: Group, file: string, value: string): Promise<void> {
  const path = join(group.directory, file);
  try {
    // Never made: what is not there does not decide anything.
    await writeFile(path, value, { flag: 'r+' });
  } catch (cause) {
    throw systemError(`cannot set ${file} to '${value}'`, cause, { domain: 'CGROUP', path });
  }
}

async function withDirectory(group: Group, use: (directory: number) => Promise<void>): Promise<void> {
  const path = group.directory;
  let directory: number | undefined;
  try {
    directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    await use(directory);
  } catch (cause) {
    throw systemError(`cannot set the device rules of cgroup ${path}`, cause, { domain: 'CGROUP', path });
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}
