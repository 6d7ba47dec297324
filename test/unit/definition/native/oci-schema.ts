/**
 * The published schema of OCI runtime configurations, as far as it is used: which properties there are, of which
 * type, and which are required. Nothing but what it names may be there.
 * @see https://github.com/opencontainers/runtime-spec/tree/main/schema
 */

type Check = (value: unknown, path: string) => void;

/** @throws Error naming the place that breaks the schema. */
export function checkOciConfig(text: string, { hasRoot = true } = {}): void {
  CONFIG(hasRoot)(JSON.parse(text), 'config');
}

function fail(path: string, expected: string): never {
  throw new Error(`${path} is not ${expected}`);
}

const string: Check = (value, path) => {
  if (typeof value !== 'string') fail(path, 'a string');
};
const boolean: Check = (value, path) => {
  if (typeof value !== 'boolean') fail(path, 'a boolean');
};
const matching =
  (pattern: RegExp): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) fail(path, `like ${pattern}`);
  };
const integer =
  (min: number, max: number): Check =>
  (value, path) => {
    const isInside = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
    if (!isInside) fail(path, `an integer from ${min} to ${max}`);
  };
const uint32 = integer(0, 2 ** 32 - 1);
const int64 = integer(-(2 ** 63), 2 ** 63);
const uint64 = integer(0, 2 ** 64);
const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fail(path, 'an array');
    value.forEach((item, index) => {
      check(item, `${path}[${index}]`);
    });
  };
/** Properties whose names end in `!` are required. */
const object =
  (properties: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'an object');
    const checks = new Map(Object.entries(properties).map(([name, check]) => [name.replace('!', ''), check]));
    for (const name of Object.keys(properties)) {
      if (name.endsWith('!') && !(name.slice(0, -1) in value)) fail(`${path}.${name.slice(0, -1)}`, 'there');
    }
    for (const [name, item] of Object.entries(value)) {
      const check = checks.get(name) ?? fail(`${path}.${name}`, 'a property of the schema');
      check(item, `${path}.${name}`);
    }
  };

const numbers = { 'major!': int64, 'minor!': int64 };
const weight = integer(10, 1000);
const throttles = listOf(object({ ...numbers, rate: uint64 }));
const mappings = listOf(object({ containerID: uint32, hostID: uint32, size: uint32 }));
const capabilities = listOf(matching(/^CAP_[A-Z_]+$/u));
const timeOffset = object({ secs: int64, nanosecs: uint32 });

const PROCESS = object({
  terminal: boolean,
  user: object({ uid: uint32, gid: uint32 }),
  args: listOf(string),
  env: listOf(matching(/^[^=]+=/u)),
  'cwd!': matching(/^\//u),
  capabilities: object({
    bounding: capabilities,
    permitted: capabilities,
    effective: capabilities,
    inheritable: capabilities,
    ambient: capabilities,
  }),
  rlimits: listOf(object({ 'type!': matching(/^RLIMIT_[A-Z]+$/u), 'soft!': uint64, 'hard!': uint64 })),
  noNewPrivileges: boolean,
  oomScoreAdj: integer(-1000, 1000),
  apparmorProfile: string,
  selinuxLabel: string,
});

const RESOURCES = object({
  devices: listOf(object({ 'allow!': boolean, access: matching(/^[rwm]+$/u) })),
  memory: object({ limit: int64, reservation: int64, swap: int64 }),
  cpu: object({ shares: uint64, quota: int64, period: uint64, cpus: string, mems: string }),
  pids: object({ 'limit!': int64 }),
  hugepageLimits: listOf(object({ 'pageSize!': string, 'limit!': uint64 })),
  blockIO: object({
    weight,
    weightDevice: listOf(object({ ...numbers, weight })),
    throttleReadBpsDevice: throttles,
    throttleWriteBpsDevice: throttles,
    throttleReadIOPSDevice: throttles,
    throttleWriteIOPSDevice: throttles,
  }),
});

const LINUX = object({
  namespaces: listOf(
    object({
      'type!': matching(/^(?:pid|network|mount|ipc|uts|user|time|cgroup)$/u),
      path: matching(/^\//u),
    }),
  ),
  uidMappings: mappings,
  gidMappings: mappings,
  timeOffsets: object({ monotonic: timeOffset, boottime: timeOffset }),
  resources: RESOURCES,
  rootfsPropagation: matching(/^(?:r?slave|r?private|r?shared|r?unbindable)$/u),
  maskedPaths: listOf(string),
  readonlyPaths: listOf(string),
});

const CONFIG = (hasRoot: boolean): Check =>
  object({
    'ociVersion!': matching(/^1\.\d+\.\d+$/u),
    process: PROCESS,
    ...(hasRoot ? { 'root!': object({ 'path!': string, readonly: boolean }) } : {}),
    hostname: string,
    mounts: listOf(
      object({ 'destination!': matching(/^\//u), type: string, source: string, options: listOf(string) }),
    ),
    linux: LINUX,
  });
