/** The addon's calls about device programs of cgroup version 2. */
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import type { Group } from '../../lib/lxc/cgroup/layout.js';
import { native } from '../../lib/lxc/native.js';
import { compileDeviceProgram } from '../../lib/lxc/security/devices/program.js';
import {
  DEFAULTS,
  describeIf,
  EPERM,
  makeGroup,
  nodeOf,
  opens,
  unified,
  WITH_KMSG,
} from './device-groups.js';

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
