/**
 * Device rules in the kernel, of both versions of cgroups: real processes in groups of this test's own open and make
 * nodes. The v2 programs work on a hybrid host too: they need a v2 hierarchy, and no controller.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHierarchies } from '../../lib/lxc/cgroup/hierarchies.js';
import type { Group } from '../../lib/lxc/cgroup/layout.js';
import { native } from '../../lib/lxc/native.js';
import { applyDevicePolicy, replaceDevicePolicy } from '../../lib/lxc/security/devices/apply.js';
import { compileDeviceProgram } from '../../lib/lxc/security/devices/program.js';
import { deviceRules, type DeviceRule } from '../../lib/lxc/security/devices/rules.js';

const isRoot = process.getuid?.() === 0;
const hierarchies = isRoot ? readHierarchies() : [];
const unified = hierarchies.find(({ version }) => version === 2);
const v1 = hierarchies.find(({ controllers }) => controllers.includes('devices'));
const describeIf = (found: unknown): typeof describe => (found === undefined ? describe.skip : describe);

const DEFAULTS = deviceRules([], []);
const WITH_KMSG: readonly DeviceRule[] = [...DEFAULTS, { kind: 'c', major: 1, minor: 11, access: 'r' }];
const EPERM = 'Operation not permitted';

const folder = isRoot ? mkdtempSync(join(tmpdir(), 'virtainer-devices-')) : '';
const made: string[] = [];
let count = 0;

afterAll(() => {
  if (isRoot) rmSync(folder, { recursive: true });
});

afterEach(() => {
  for (const directory of made.splice(0)) rmdirSync(directory);
});

/** A new empty group below the root of a hierarchy. */
function makeGroup(hierarchy: (typeof hierarchies)[number]): Group {
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

const opens = (group: Group, path: string, mode = '<'): string => inGroup(group, `: ${mode} '${path}'`);

function makes(group: Group, kind: 'c' | 'b', major: number, minor: number): string {
  return inGroup(group, `mknod '${join(folder, `node-${count++}`)}' ${kind} ${major} ${minor}`);
}

/** Nodes that a program of the group did not make, at a place where it finds them. */
function nodeOf(kind: 'c' | 'b', major: number, minor: number): string {
  const path = join(folder, `host-${kind}-${major}-${minor}-${count++}`);
  expect(spawnSync('mknod', [path, kind, String(major), String(minor)]).status).toBe(0);
  return path;
}

/** A device that is not there gives ENXIO and the like where it is allowed, and EPERM where it is denied. */
const FORBIDDEN = [
  ['b', 8, 0],
  ['b', 254, 0],
  ['c', 1, 1],
  ['c', 1, 11],
  ['c', 10, 229],
  ['c', 10, 200],
  ['b', 7, 0],
] as const;

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

describeIf(unified)(
  `the addon's device programs${unified ? '' : ' (skipped: no cgroup2, or not root)'}`,
  () => {
    const program = compileDeviceProgram(DEFAULTS);
    let group: Group;
    let directory: number;

    beforeEach(() => {
      group = makeGroup(unified ?? { version: 2, controllers: [], mountPoint: '/nowhere' });
      directory = openSync(group.directory, constants.O_RDONLY | constants.O_DIRECTORY);
    });
    afterEach(() => {
      closeSync(directory);
    });

    it('are found on the group they were attached to, and on no other', async () => {
      const other = makeGroup(unified ?? { version: 2, controllers: [], mountPoint: '/nowhere' });
      const otherDirectory = openSync(other.directory, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        expect(native().hasDevicePolicy(directory)).toBe(false);
        await native().attachDevicePolicy(directory, program);
        expect(native().hasDevicePolicy(directory)).toBe(true);
        expect(native().hasDevicePolicy(otherDirectory)).toBe(false);
      } finally {
        closeSync(otherDirectory);
      }
    });

    it('are replaced only where there is one', async () => {
      await expect(native().replaceDevicePolicy(directory, program)).rejects.toMatchObject({
        code: 'ENOENT',
      });
      expect(native().hasDevicePolicy(directory)).toBe(false);
    });

    it('have to agree when there are two', async () => {
      await native().attachDevicePolicy(directory, compileDeviceProgram(WITH_KMSG));
      const kmsg = nodeOf('c', 1, 11);
      expect(opens(group, kmsg)).toBe('');
      await native().attachDevicePolicy(directory, program);
      expect(opens(group, kmsg)).toContain(EPERM);
    });

    it('that the kernel refuses are an error, and nothing is attached', async () => {
      const endless = Buffer.from('05000000000000009500000000000000', 'hex');
      await expect(native().attachDevicePolicy(directory, endless)).rejects.toMatchObject({
        syscall: 'bpf(BPF_PROG_LOAD)',
      });
      expect(native().hasDevicePolicy(directory)).toBe(false);
    });

    it('go to groups only', async () => {
      const file = openSync('/dev/null', 'r');
      try {
        await expect(native().attachDevicePolicy(file, program)).rejects.toMatchObject({
          code: 'EBADF',
          syscall: 'bpf(BPF_PROG_ATTACH)',
        });
        expect(() => native().hasDevicePolicy(file)).toThrow(
          expect.objectContaining({ code: 'EBADF' }) as Error,
        );
      } finally {
        closeSync(file);
      }
    });

    it('are whole instructions', () => {
      expect(() => native().attachDevicePolicy(directory, Buffer.alloc(7))).toThrow('whole instructions');
      expect(() => native().attachDevicePolicy(directory, Buffer.alloc(0))).toThrow('whole instructions');
      expect(() => native().attachDevicePolicy(-1, program)).toThrow('cgroup');
      expect(() => native().attachDevicePolicy(directory, 'text' as never)).toThrow('program');
    });

    it('may outlive the descriptor they were attached through, and leave none open', async () => {
      const before = openCount();
      const copy = openSync(group.directory, constants.O_RDONLY | constants.O_DIRECTORY);
      const attached = native().attachDevicePolicy(copy, program);
      closeSync(copy);
      await attached;
      await native().replaceDevicePolicy(directory, program);
      expect(native().hasDevicePolicy(directory)).toBe(true);
      expect(openCount()).toBe(before);
    });
  },
);

function openCount(): number {
  return readdirSync('/proc/self/fd').length;
}
