/** The table of system calls is the kernel's, and somebody has decided about each of them. */
import { existsSync, readFileSync } from 'node:fs';
import { ABIS, newestNumber, type Abi } from '../../../../../lib/lxc/security/seccomp/abi';
import {
  APPLICATION_CALLS,
  CONDITIONAL_CALLS,
  REFUSED_CALLS,
  SYSTEM_CALLS,
} from '../../../../../lib/lxc/security/seccomp/allowed';
import { APPLICATION_WAYS } from '../../../../../lib/lxc/security/seccomp/conditions';
import { SYSCALL_NUMBERS } from '../../../../../lib/lxc/security/seccomp/numbers';

const abis = Object.values(ABIS).filter((abi): abi is Abi => abi !== undefined);
const HEADERS = ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'];
const header = HEADERS.find((path) => existsSync(path));

test.each([
  [
    'x86_64',
    383,
    { read: 0, socket: 41, execve: 59, getdents64: 217, rseq: 334, uretprobe: 335, uprobe: 336 },
  ],
  [
    'aarch64',
    325,
    { io_setup: 0, openat: 56, socket: 198, clone: 220, recvmmsg: 243, wait4: 260, rseq: 293 },
  ],
] as const)('%s: %d calls, with gaps where the kernel has them', (name, count, some) => {
  const numbers = SYSCALL_NUMBERS[name];
  expect(numbers.size).toBe(count);
  expect(new Set(numbers.values()).size).toBe(count);
  expect(Object.fromEntries(numbers)).toMatchObject(some);
});

test.each(abis)('$name has the calls of Linux 6.18', (abi) => {
  expect(Object.fromEntries(abi.numbers)).toMatchObject({
    pidfd_send_signal: 424,
    clone3: 435,
    cachestat: 451,
    statmount: 457,
    mseal: 462,
    open_tree_attr: 467,
    file_setattr: 469,
  });
  expect(newestNumber(abi)).toBe(469);
});

(header === undefined ? test.skip : test)("x86_64: the numbers of this machine's header", () => {
  const lines = readFileSync(header ?? '', 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gmu);
  const known = [...lines].map(([, name = '', number]) => [name, Number(number)] as const);
  expect(known.length).toBeGreaterThan(300);
  const numbers = SYSCALL_NUMBERS.x86_64;
  // A newer header may have newer calls.
  const different = known.filter(([name, number]) => number <= 469 && numbers.get(name) !== number);
  expect(different).toEqual([]);
});

test('every call is in exactly one list', () => {
  const lists = [SYSTEM_CALLS, CONDITIONAL_CALLS, REFUSED_CALLS].flat();
  const all = new Set(abis.flatMap((abi) => [...abi.numbers.keys()]));
  expect([...lists].sort()).toEqual([...all].sort());
});

test('an application has no call that an init system does not have', () => {
  expect(APPLICATION_CALLS.filter((call) => !SYSTEM_CALLS.includes(call))).toEqual([]);
  const conditional = new Set(APPLICATION_WAYS.map(({ call }) => call));
  expect([...conditional].filter((call) => APPLICATION_CALLS.includes(call))).toEqual([]);
});
