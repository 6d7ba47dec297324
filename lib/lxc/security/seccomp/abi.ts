/** What the kernel and libseccomp call things: actions, architectures, comparisons. */
import { SYSCALL_NUMBERS, type SyscallNumbers } from './numbers.js';

/** A `SECCOMP_RET_*` value. libseccomp's `SCMP_ACT_*` are the same numbers. */
export type Action = number;

export const ACTION = {
  KILL_PROCESS: 0x80000000,
  KILL_THREAD: 0,
  TRAP: 0x00030000,
  LOG: 0x7ffc0000,
  ALLOW: 0x7fff0000,
} as const;

export const ERRNO = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** Refuses the call with this errno. */
export function failWith(errno: number): Action {
  return 0x00050000 + errno;
}

/** Whether the call is carried out. */
export function isPermission(action: Action): boolean {
  return action === ACTION.ALLOW || action === ACTION.LOG;
}

/** An architecture whose calls can be filtered. */
export interface Abi {
  readonly name: keyof typeof SYSCALL_NUMBERS;
  /** The kernel's `AUDIT_ARCH_*`. */
  readonly audit: number;
  readonly numbers: SyscallNumbers;
  /** Numbers from here on belong to another ABI of the same architecture (x32). */
  readonly foreignFrom?: number;
  /** Its name in OCI's `architectures`. */
  readonly scmp: string;
  /** Its name in `includes` and `excludes` of Docker's profiles. */
  readonly docker: string;
}

/** By Node's `process.arch`. */
export const ABIS: Readonly<Partial<Record<string, Abi>>> = {
  x64: {
    name: 'x86_64',
    audit: 0xc000003e,
    numbers: SYSCALL_NUMBERS.x86_64,
    foreignFrom: 0x40000000,
    scmp: 'SCMP_ARCH_X86_64',
    docker: 'amd64',
  },
  arm64: {
    name: 'aarch64',
    audit: 0xc00000b7,
    numbers: SYSCALL_NUMBERS.aarch64,
    scmp: 'SCMP_ARCH_AARCH64',
    docker: 'arm64',
  },
};

/** The number a tracer sets to skip a call. */
export const SKIPPED = 0xffffffff;

/** The highest number of the table. */
export function newestNumber(abi: Abi): number {
  return Math.max(...abi.numbers.values());
}

/** How an argument is compared, in libseccomp's order: the index is its number, counted from 1. */
export const COMPARISON_OPS = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const;
export type ComparisonOp = (typeof COMPARISON_OPS)[number];

/** Argument `index` of the call, all 64 bits without a sign, compared with `value`. */
export interface Comparison {
  readonly index: number;
  readonly op: ComparisonOp;
  /** MASKED_EQ: the mask. */
  readonly value: bigint;
  /** MASKED_EQ: what the masked argument must be. Otherwise without meaning. */
  readonly valueTwo: bigint;
}

const LOW_32_BITS = 0xffffffffn;

/** The comparison of an argument of which the kernel reads 32 bits: what is in the others changes nothing. */
export function lowBits(index: number, value: number, mask = LOW_32_BITS): Comparison {
  return { index, op: 'MASKED_EQ', value: mask, valueTwo: BigInt(value) & mask };
}

export function isTrue({ op, value, valueTwo }: Comparison, argument: bigint): boolean {
  switch (op) {
    case 'NE':
      return argument !== value;
    case 'LT':
      return argument < value;
    case 'LE':
      return argument <= value;
    case 'EQ':
      return argument === value;
    case 'GE':
      return argument >= value;
    case 'GT':
      return argument > value;
    case 'MASKED_EQ':
      return (argument & value) === valueTwo;
  }
}
