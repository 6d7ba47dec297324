/** Profiles in the form of OCI, Docker and Podman: what they mean, and what is wrong with the others. */
import { VirtError } from '../../../../../lib/errors';
import { ABIS, ACTION, failWith, type Abi, type Action } from '../../../../../lib/lxc/security/seccomp/abi';
import { rulesOfProfile } from '../../../../../lib/lxc/security/seccomp/oci';
import { verdicts } from '../../../../../lib/lxc/security/seccomp/rules';
import { thrownBy } from '../../../../thrown-by';

const [x64, arm64] = [ABIS.x64, ABIS.arm64].filter((abi): abi is Abi => abi !== undefined) as [Abi, Abi];
const [EPERM, ENOSYS] = [failWith(1), failWith(38)];
const ALLOW = { action: 'SCMP_ACT_ALLOW' };

/** In the shape of Docker's own profile. */
const DOCKER = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 1,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
  ],
  syscalls: [
    { names: ['read', 'openat', '_llseek', 'socketcall', 'futex_time64', 'a_call_of_tomorrow'], ...ALLOW },
    { names: ['ptrace'], ...ALLOW, includes: { minKernel: '4.8' } },
    { names: ['personality'], ...ALLOW, args: [{ index: 0, value: 0, op: 'SCMP_CMP_EQ' }] },
    { names: ['personality'], ...ALLOW, args: [{ index: 0, value: 4294967295, op: 'SCMP_CMP_EQ' }] },
    {
      names: ['arch_prctl'],
      ...ALLOW,
      args: null,
      comment: '',
      includes: { arches: ['amd64', 'x32'] },
      excludes: {},
    },
    { names: ['mount', 'clone'], ...ALLOW, includes: { caps: ['CAP_SYS_ADMIN'] } },
    {
      names: ['clone'],
      ...ALLOW,
      args: [{ index: 0, value: 2114060288, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      excludes: { caps: ['CAP_SYS_ADMIN'], arches: ['s390', 's390x'] },
    },
    {
      names: ['clone3'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 38,
      errno: 'ENOSYS',
      excludes: { caps: ['CAP_SYS_ADMIN'] },
    },
    { name: 'bdflush', action: 'SCMP_ACT_ERRNO', errnoRet: 1, errno: 'EPERM' },
  ],
};

interface Circumstances {
  readonly abi?: Abi;
  readonly capabilities?: readonly 'sys_admin'[];
  readonly kernel?: string;
}

function decide(profile: unknown, { abi = x64, capabilities = [], kernel = '6.18.0' }: Circumstances = {}) {
  const text = typeof profile === 'string' ? profile : JSON.stringify(profile);
  const decided = verdicts(rulesOfProfile('/p.json', text, { abi, capabilities, kernel }));
  return (name: string | number, ...args: (number | bigint)[]): Action =>
    decided({
      audit: abi.audit,
      number: typeof name === 'number' ? name : (abi.numbers.get(name) ?? -1),
      args: args.map(BigInt),
    });
}

function failureOf(profile: unknown): VirtError {
  const error = thrownBy(() => decide(profile));
  if (!(error instanceof VirtError)) throw new Error(`no VirtError: ${String(error)}`);
  return error;
}

test("a profile like Docker's, for a container without CAP_SYS_ADMIN", () => {
  const verdict = decide(DOCKER);
  expect(['read', 'openat', 'ptrace', 'arch_prctl'].map((name) => verdict(name))).toEqual(
    Array.from({ length: 4 }, () => ACTION.ALLOW),
  );
  expect([verdict('write'), verdict('mount'), verdict('clone3')]).toEqual([EPERM, EPERM, ENOSYS]);
  expect([verdict('personality', 0), verdict('personality', 4294967295), verdict('personality', 8)]).toEqual([
    ACTION.ALLOW,
    ACTION.ALLOW,
    EPERM,
  ]);
  expect([verdict('clone', 17), verdict('clone', 0x10000011)]).toEqual([ACTION.ALLOW, EPERM]);
  expect([verdict(470), verdict(400)]).toEqual([ENOSYS, ENOSYS]);
});

test('capabilities, architecture and kernel decide what is included', () => {
  const admin = decide(DOCKER, { capabilities: ['sys_admin'] });
  expect([admin('mount'), admin('clone', 0x10000011), admin('clone3')]).toEqual([
    ACTION.ALLOW,
    ACTION.ALLOW,
    EPERM,
  ]);
  expect(decide(DOCKER, { kernel: '4.7.9' })('ptrace')).toBe(EPERM);
  expect(decide(DOCKER, { kernel: '4.8.0-1-amd64' })('ptrace')).toBe(ACTION.ALLOW);
  expect(decide(DOCKER, { kernel: '5.0' })('ptrace')).toBe(ACTION.ALLOW);
  expect(decide(DOCKER, { abi: arm64 })('clone', 17)).toBe(ACTION.ALLOW);
});

test.each([
  ['SCMP_ACT_KILL', ACTION.KILL_THREAD, ACTION.KILL_THREAD],
  ['SCMP_ACT_KILL_PROCESS', ACTION.KILL_PROCESS, ACTION.KILL_PROCESS],
  ['SCMP_ACT_TRAP', ACTION.TRAP, ACTION.TRAP],
  ['SCMP_ACT_LOG', ACTION.LOG, ACTION.LOG],
  ['SCMP_ACT_ALLOW', ACTION.ALLOW, ACTION.ALLOW],
  ['SCMP_ACT_ERRNO', EPERM, ENOSYS],
])(
  '%s as the default; only a default errno becomes ENOSYS for numbers of no call',
  (action, known, unknown) => {
    const verdict = decide({ defaultAction: action });
    expect([verdict('read'), verdict(1000)]).toEqual([known, unknown]);
  },
);

const HIGH = '18446744073709551615';
test('integers of 64 bits are exact, also where JavaScript would round them', () => {
  const verdict = decide(
    `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
      {"names":["read"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":${HIGH},"op":"SCMP_CMP_EQ"}]},
      {"names":["write"],"action":"SCMP_ACT_ALLOW","args":[{"index":1,"value":9007199254740993,"op":"SCMP_CMP_LE"}]}]}`,
  );
  expect([verdict('read', BigInt(HIGH)), verdict('read', BigInt(HIGH) - 1n)]).toEqual([ACTION.ALLOW, EPERM]);
  expect([verdict('write', 0, 9007199254740993n), verdict('write', 0, 9007199254740994n)]).toEqual([
    ACTION.ALLOW,
    EPERM,
  ]);
});

const rule = (more: object): object => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [{ names: ['read'], ...ALLOW, ...more }],
});
const argument = (more: object): object =>
  rule({ args: [{ index: 0, value: 1, op: 'SCMP_CMP_EQ', ...more }] });

test.each<[unknown, string]>([
  ['', 'not JSON'],
  ['{"defaultAction":', 'not JSON'],
  [[], 'the profile must be an object'],
  [null, 'the profile must be an object'],
  [{}, 'the profile has no defaultAction'],
  [{ defaultAction: 7 }, "defaultAction must be a string, not '7'"],
  [{ defaultAction: 'ALLOW' }, 'defaultAction must be one of SCMP_ACT_ALLOW, '],
  [{ defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: 1 }, 'defaultErrnoRet is for SCMP_ACT_ERRNO only'],
  [
    { defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 4096 },
    'defaultErrnoRet must be an integer from 0 to 4095',
  ],
  [
    { defaultAction: 'SCMP_ACT_ERRNO', defaultErrno: 'ENOTHING' },
    'defaultErrno must be the name of an errno',
  ],
  [{ defaultAction: 'SCMP_ACT_ERRNO', syscals: [] }, 'syscals is not a known member'],
  [{ defaultAction: 'SCMP_ACT_ERRNO', syscalls: {} }, 'syscalls must be an array'],
  [{ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [1] }, 'syscalls[0] must be an object'],
  [
    { defaultAction: 'SCMP_ACT_ERRNO', architectures: ['amd64'] },
    'architectures[0] must be an SCMP_ARCH_ name',
  ],
  [
    { defaultAction: 'SCMP_ACT_ERRNO', architectures: ['SCMP_ARCH_X86_64'], archMap: DOCKER.archMap },
    'the profile has both architectures and archMap',
  ],
  [{ defaultAction: 'SCMP_ACT_ERRNO', archMap: [{}] }, 'archMap[0] has no architecture'],
  [rule({ names: [] }), 'syscalls[0] names no system call'],
  [rule({ name: 'read' }), 'syscalls[0] has both name and names'],
  [rule({ names: ['read', 7] }), 'syscalls[0].names[1] must be a string'],
  [rule({ names: ['re ad'] }), 'syscalls[0].names[0] must be the name of a system call'],
  [rule({ action: null }), 'syscalls[0] has no action'],
  [rule({ errnoRet: 1 }), 'syscalls[0].errnoRet is for SCMP_ACT_ERRNO only'],
  [
    rule({ action: 'SCMP_ACT_ERRNO', errnoRet: 1, errno: 'ENOSYS' }),
    'syscalls[0].errno is ENOSYS, which is not 1',
  ],
  [
    rule({ action: 'SCMP_ACT_ERRNO', names: ['mounnt'] }),
    "syscalls[0] names the unknown system call 'mounnt'",
  ],
  [
    rule({ action: 'SCMP_ACT_KILL', names: ['read', 'reed'] }),
    "syscalls[0] names the unknown system call 'reed'",
  ],
  [rule({ includes: { cap: [] } }), 'syscalls[0].includes.cap is not a known member'],
  [
    rule({ includes: { caps: ['sys_admin'] } }),
    'syscalls[0].includes.caps[0] must be the name of a capability',
  ],
  [rule({ excludes: { minKernel: 'new' } }), "syscalls[0].excludes.minKernel must be a kernel's version"],
  [argument({ index: 6 }), 'syscalls[0].args[0].index must be an integer from 0 to 5'],
  [argument({ index: undefined }), 'syscalls[0].args[0] has no index'],
  [argument({ op: undefined }), 'syscalls[0].args[0] has no op'],
  [argument({ op: 'EQ' }), 'syscalls[0].args[0].op must be one of SCMP_CMP_NE, '],
  [argument({ value: -1 }), `syscalls[0].args[0].value must be an integer from 0 to ${HIGH}, not '-1'`],
  [argument({ value: 1.5 }), "not '1.5'"],
  [argument({ value: '1' }), 'syscalls[0].args[0].value must be an integer'],
  [argument({ op: 'SCMP_CMP_MASKED_EQ', value: 1, valueTwo: 3 }), 'syscalls[0].args[0] is never true'],
])('%j is a mistake: %s', (profile, message) => {
  const { code, domain, path, message: text } = failureOf(profile);
  expect({ code, domain, path }).toEqual({ code: 'CONF_SYNTAX', domain: 'SECURITY', path: '/p.json' });
  expect(text).toContain('seccomp profile /p.json: ');
  expect(text).toContain(message);
});

test('an integer above 64 bits is a mistake, and shown as it was written', () => {
  const text = JSON.stringify(argument({ value: 5 })).replace('"value":5', '"value":18446744073709551616');
  expect(failureOf(text).message).toContain('not \'"18446744073709551616"\'');
});

const two = (one: object, other: object): object => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [
    { names: ['read'], ...one },
    { names: ['read'], ...other },
  ],
});
const compared = (op: string, value: number, valueTwo = 0): object => ({
  args: [{ index: 0, op: `SCMP_CMP_${op}`, value, valueTwo }],
});
const KILL = { action: 'SCMP_ACT_KILL' };

test.each<[object, string]>([
  [{ defaultAction: 'SCMP_ACT_NOTIFY' }, 'defaultAction is not supported: SCMP_ACT_NOTIFY'],
  [rule({ action: 'SCMP_ACT_NOTIFY' }), 'syscalls[0].action is not supported: SCMP_ACT_NOTIFY'],
  [rule({ action: 'SCMP_ACT_TRACE' }), 'syscalls[0].action is not supported: SCMP_ACT_TRACE'],
  [{ ...rule({}), listenerPath: '/run/x' }, 'listenerPath is not supported'],
  [{ ...rule({}), flags: ['SECCOMP_FILTER_FLAG_LOG'] }, 'flags[0] is not supported: SECCOMP_FILTER_FLAG_LOG'],
  [{ ...rule({}), architectures: ['SCMP_ARCH_S390X'] }, 'architectures is not for this host'],
  [
    rule({ args: [5, 6].map((value) => ({ index: 0, value, op: 'SCMP_CMP_NE' })) }),
    'syscalls[0].args[1] compares argument 0 again',
  ],
  [
    two({ ...ALLOW, ...compared('EQ', 1) }, KILL),
    'syscalls[1] contradicts syscalls[0]: both are about system call read',
  ],
  [two(ALLOW, { ...KILL, ...compared('EQ', 1) }), 'contradicts'],
  [two({ ...ALLOW, ...compared('NE', 1) }, { ...KILL, ...compared('EQ', 2) }), 'contradicts'],
  [two({ ...ALLOW, ...compared('GE', 5) }, { ...KILL, ...compared('LE', 5) }), 'contradicts'],
  [
    two({ ...ALLOW, ...compared('MASKED_EQ', 12, 4) }, { ...KILL, ...compared('MASKED_EQ', 3, 1) }),
    'contradicts',
  ],
])('%j cannot be had: %s', (profile, message) => {
  const { code, message: text } = failureOf(profile);
  expect(code).toBe('CONFIG_UNSUPPORTED');
  expect(text).toContain(message);
});

test.each([
  two(ALLOW, { ...ALLOW, ...compared('EQ', 1) }),
  two({ ...ALLOW, ...compared('EQ', 1) }, { ...KILL, ...compared('NE', 1) }),
  two({ ...ALLOW, ...compared('LT', 5) }, { ...KILL, ...compared('GE', 5) }),
  two({ ...ALLOW, ...compared('LE', 5) }, { ...KILL, ...compared('GT', 5) }),
  two({ ...ALLOW, ...compared('MASKED_EQ', 8, 8) }, { ...KILL, ...compared('LT', 8) }),
  two({ ...ALLOW, ...compared('MASKED_EQ', 12, 4) }, { ...KILL, ...compared('MASKED_EQ', 9, 8) }),
  {
    ...rule({}),
    listenerPath: '',
    flags: ['SECCOMP_FILTER_FLAG_TSYNC'],
    architectures: ['SCMP_ARCH_X86_64'],
  },
])('%j is meant so', (profile) => {
  expect(() => decide(profile)).not.toThrow();
});

test.each([
  [ALLOW, KILL, ACTION.KILL_THREAD],
  [KILL, ALLOW, ACTION.KILL_THREAD],
  [{ action: 'SCMP_ACT_KILL_PROCESS' }, KILL, ACTION.KILL_PROCESS],
  [KILL, { action: 'SCMP_ACT_TRAP' }, ACTION.KILL_THREAD],
  [ALLOW, { action: 'SCMP_ACT_LOG' }, ACTION.LOG],
  [{ action: 'SCMP_ACT_ERRNO', errnoRet: 5 }, { action: 'SCMP_ACT_ERRNO', errnoRet: 1 }, failWith(5)],
])('of %j and %j, both about all arguments, the more severe holds', (one, other, action) => {
  expect(decide(two(one, other))('read')).toBe(action);
});

// A damaged profile is refused with its name, or is another profile; it is never another kind of error.
test('no damaged byte or value makes anything but a VirtError', () => {
  const text = JSON.stringify(DOCKER);
  const values = ['null', '7', '-1', '""', '[]', '{}', '[[]]', 'true', '1e400', '"__proto__"', HIGH];
  const places = [...text.matchAll(/"[^"]*"|\d+|\[\]|\{\}/gu)];
  const replaced = places.flatMap(({ index, 0: { length } }) =>
    values.map((value) => text.slice(0, index) + value + text.slice(index + length)),
  );
  const cut = Array.from({ length: text.length }, (_, length) => text.slice(0, length));
  const outcomes = [...replaced, ...cut].map((damaged) => thrownBy(() => decide(damaged)));
  expect(outcomes.filter((error) => error !== undefined && !(error instanceof VirtError))).toEqual([]);
  const codes = new Set(outcomes.map((error) => (error as VirtError | undefined)?.code));
  expect(codes.has(undefined)).toBe(true);
  expect([...codes].filter((code) => code !== undefined)).toEqual(['CONF_SYNTAX']);
});
