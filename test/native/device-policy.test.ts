/**
 * Device rules in the kernel, of both versions of cgroups: real processes in groups of this test's own open and make
 * nodes. The v2 programs work on a hybrid host too: they need a v2 hierarchy, and no controller.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Group } from '../../lib/lxc/cgroup/layout.js';
import { applyDevicePolicy, replaceDevicePolicy } from '../../lib/lxc/security/devices/apply.js';
import { deviceRules, type DeviceRule } from '../../lib/lxc/security/devices/rules.js';
import {
  DEFAULTS,
  describeIf,
  EPERM,
  folder,
  makeGroup,
  makes,
  nodeOf,
  opens,
  unified,
  v1,
  WITH_KMSG,
} from './device-groups.js';
import { FORBIDDEN_DEVICES } from './forbidden-devices.js';

/** A device that is not there gives ENXIO and the like where it is allowed, and EPERM where it is denied. */
const FORBIDDEN = [...FORBIDDEN_DEVICES, ['b', 7, 0]] as const;

describe.each([
  ['1', v1],
  ['2', unified],
] as const)('device rules of cgroup version %s', (_version, hierarchy) => {
  describeIf(hierarchy)(hierarchy ? 'in force' : 'in force (skipped: not mounted, or not root)', () => {
    const groupWith = async (rules: readonly DeviceRule[]): Promise<Group> => {
      const group = makeGroup(hierarchy ?? { version: 2, controllers: [], mountPoint: '/nowhere' });
      await applyDevicePolicy(group, rules);
      return group;
    };

    it('are what keeps devices out of reach: without them all of this succeeds', () => {
      const group = makeGroup(hierarchy ?? { version: 2, controllers: [], mountPoint: '/nowhere' });
      expect(opens(group, nodeOf('c', 1, 11))).toBe('');
      for (const [kind, major, minor] of FORBIDDEN) expect(makes(group, kind, major, minor)).toBe('');
    });

    it('allow the devices that every program expects', async () => {
      const group = await groupWith(DEFAULTS);
      for (const [major, minor] of [[1, 3], [1, 5], [1, 7], [1, 8], [1, 9]] as const)
        expect(opens(group, nodeOf('c', major, minor), '<>')).toBe('');
    }); // prettier-ignore

    it('deny every other, at open and at mknod', async () => {
      const group = await groupWith(DEFAULTS);
      for (const [kind, major, minor] of FORBIDDEN) {
        expect(opens(group, nodeOf(kind, major, minor))).toContain(EPERM);
        expect(makes(group, kind, major, minor)).toContain(EPERM);
      }
      expect(makes(group, 'c', 1, 3)).toContain(EPERM);
    });

    it('let a container with CAP_MKNOD make what it may use, and nothing else', async () => {
      const group = await groupWith(deviceRules(['mknod'], []));
      expect(makes(group, 'c', 1, 3)).toBe('');
      for (const [kind, major, minor] of FORBIDDEN) {
        expect(makes(group, kind, major, minor)).toContain(EPERM);
        expect(opens(group, nodeOf(kind, major, minor))).toContain(EPERM);
      }
    });

    it('give a device read-only', async () => {
      const group = await groupWith(WITH_KMSG);
      expect(opens(group, nodeOf('c', 1, 11))).toBe('');
      expect(opens(group, nodeOf('c', 1, 11), '>>')).toContain(EPERM);
    });

    it('hold in groups that the container makes below its own', async () => {
      const group = await groupWith(DEFAULTS);
      const below: Group = { ...group, directory: join(group.directory, 'below') };
      mkdirSync(below.directory);
      try {
        expect(opens(below, nodeOf('c', 1, 11))).toContain(EPERM);
        expect(opens(below, nodeOf('c', 1, 3))).toBe('');
      } finally {
        rmdirSync(below.directory);
      }
    });

    it('can be changed, both ways', async () => {
      const group = await groupWith(DEFAULTS);
      const kmsg = nodeOf('c', 1, 11);
      await replaceDevicePolicy(group, DEFAULTS, WITH_KMSG);
      expect(opens(group, kmsg)).toBe('');
      await replaceDevicePolicy(group, WITH_KMSG, DEFAULTS);
      expect(opens(group, kmsg)).toContain(EPERM);
      expect(opens(group, nodeOf('c', 1, 3), '<>')).toBe('');
    });

    it('leave no gap while they are changed: a thousand changes, and a program that opens all the time', async () => {
      const group = await groupWith(DEFAULTS);
      const other: readonly DeviceRule[] = [...DEFAULTS, { kind: 'b', major: 7, minor: 5, access: 'rw' }];
      const opener = spawn(
        process.execPath,
        ['-e', OPENER, join(group.directory, 'cgroup.procs'), nodeOf('c', 1, 11), nodeOf('c', 1, 3)],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      const output: Buffer[] = [];
      opener.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      await once(opener.stdout, 'readable');
      for (let round = 0; round < 500; round++) {
        await replaceDevicePolicy(group, DEFAULTS, other);
        await replaceDevicePolicy(group, other, DEFAULTS);
      }
      opener.stdin.end();
      await once(opener, 'close');
      const result = JSON.parse(Buffer.concat(output).toString().split('\n')[1] ?? '') as Record<
        string,
        number
      >;
      expect(result).toMatchObject({ deniedOpened: 0, allowedRefused: 0 });
      expect(result.tries).toBeGreaterThan(1000);
    });

    it('that can’t be put into force are an error', async () => {
      const gone: Group = {
        version: hierarchy?.version ?? 2,
        controllers: [],
        directory: '/sys/fs/cgroup/nothing',
      };
      await expect(applyDevicePolicy(gone, DEFAULTS)).rejects.toMatchObject({
        code: 'SYSTEM_ERROR',
        errno: 'ENOENT',
      });
      const plain: Group = { ...gone, directory: folder };
      await expect(applyDevicePolicy(plain, DEFAULTS)).rejects.toMatchObject({
        code: 'SYSTEM_ERROR',
        domain: 'CGROUP',
      });
    });
  });
});

/** Joins the group, says so, and opens both nodes in turn until its input ends. */
const OPENER = `
  const { closeSync, openSync, writeFileSync } = require('node:fs');
  const [group, denied, allowed] = process.argv.slice(1);
  const opens = (path) => { try { closeSync(openSync(path, 'r')); return true; } catch { return false; } };
  writeFileSync(group, '0');
  console.log('joined');
  const result = { tries: 0, deniedOpened: 0, allowedRefused: 0 };
  let ended = false;
  const turn = () => {
    for (let i = 0; i < 500; i++) {
      result.tries++;
      if (opens(denied)) result.deniedOpened++;
      if (!opens(allowed)) result.allowedRefused++;
    }
    if (ended) console.log(JSON.stringify(result)), process.exit(0);
    setImmediate(turn);
  };
  process.stdin.on('end', () => (ended = true)).resume();
  turn();
`;
