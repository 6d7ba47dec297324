/** Values that the compiler can't refuse. */
import {
  checkDomainDefinition,
  EXTENSIONS_NAMESPACE,
  parseDomain,
  type Extensions,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure, failureOf } from '../failure.js';

const own = (inside: string): string =>
  domainXml({ rest: `<metadata><domain xmlns='${EXTENSIONS_NAMESPACE}'>${inside}</domain></metadata>` });
const DIGEST = `sha256:${'0'.repeat(64)}`;
const masked = (path: string): [string, Extensions] => [
  `<maskedPaths><path>${path}</path></maskedPaths>`,
  { maskedPaths: { paths: [path] } },
];
const offset = (seconds: number, nanoseconds: number): [string, Extensions] => [
  `<timeOffsets><monotonic seconds='${seconds}' nanoseconds='${nanoseconds}'/></timeOffsets>`,
  { timeOffsets: { monotonic: { seconds, nanoseconds } } },
];
const port = (hostPort: number, containerPort: number, count = 1): [string, Extensions] => [
  `<port hostPort='${hostPort}' containerPort='${containerPort}' count='${count}'/>`,
  { ports: [{ hostPort, containerPort, count }] },
];
const address = (hostAddress: string): [string, Extensions] => [
  `<port hostAddress='${hostAddress}' hostPort='1' containerPort='1'/>`,
  { ports: [{ hostAddress, hostPort: 1, containerPort: 1 }] },
];
const image = (reference: string, digest: string): [string, Extensions] => [
  `<image reference='${reference}' digest='${digest}'/>`,
  { image: { reference, digest } },
];
const restart = (maxRetries: number, delayMs: number): [string, Extensions] => [
  `<restart policy='on-failure' maxRetries='${maxRetries}' delayMs='${delayMs}'/>`,
  { restart: { policy: 'on-failure', maxRetries, delayMs } },
];
const health = (intervalMs: number, retries: number): [string, Extensions] => [
  `<health intervalMs='${intervalMs}' retries='${retries}'><arg>a</arg></health>`,
  { health: { command: ['a'], intervalMs, retries } },
];
const rlimits = (soft: number, hard: number): [string, Extensions] => [
  `<rlimit name='core' soft='${soft}' hard='${hard}'/>`,
  { rlimits: [{ name: 'core', soft, hard }] },
];
const pids = (limit: number): [string, Extensions] => [`<pids limit='${limit}'/>`, { pids: { limit } }];
const hugetlb = (sizeKiB: number, limitKiB: number): [string, Extensions] => [
  `<hugetlb sizeKiB='${sizeKiB}' limitKiB='${limitKiB}'/>`,
  { hugetlb: [{ sizeKiB, limitKiB }] },
];
const oomScore = (adjust: number): [string, Extensions] => [
  `<oomScore adjust='${adjust}'/>`,
  { oomScore: { adjust } },
];

/** The same value in both forms, and the one answer to it. */
const REFUSED: readonly [string, [string, Extensions], RegExp][] = [
  ['no processes', pids(0), /'limit' of <virtainer:pids> must be 1 to 4194304 or unlimited, not 0/],
  ['too many processes', pids(4194305), /not 4194305/],
  [
    'huge pages that are small',
    hugetlb(4, 1),
    /'sizeKiB' of <virtainer:hugetlb> must be 64 to 16777216, not 4/,
  ],
  ['huge pages of an odd size', hugetlb(3000, 1), /'sizeKiB' of <virtainer:hugetlb> must be a power of two/],
  [
    'huge pages of a size twice',
    [
      "<hugetlb sizeKiB='2048' limitKiB='0'/><hugetlb sizeKiB='2048' limitKiB='1'/>",
      {
        hugetlb: [
          { sizeKiB: 2048, limitKiB: 0 },
          { sizeKiB: 2048, limitKiB: 1 },
        ],
      },
    ],
    /more than one <virtainer:hugetlb> of sizeKiB '2048'/,
  ],
  ['a score below the lowest', oomScore(-1001), /must be -1000 to 1000, not -1001/],
  ['a score above the highest', oomScore(1001), /must be -1000 to 1000, not 1001/],
  ['a soft limit above the hard one', rlimits(2, 1), /name='core'>: soft limit 2 is above hard limit 1/],
  [
    'no soft limit above a hard one',
    [
      "<rlimit name='as' soft='unlimited' hard='1'/>",
      { rlimits: [{ name: 'as', soft: 'unlimited', hard: 1 }] },
    ],
    /soft limit unlimited is above/,
  ],
  [
    'a limit twice',
    [
      "<rlimit name='core' soft='1' hard='1'/><rlimit name='core' soft='2' hard='2'/>",
      {
        rlimits: [
          { name: 'core', soft: 1, hard: 1 },
          { name: 'core', soft: 2, hard: 2 },
        ],
      },
    ],
    /more than one <virtainer:rlimit> of name 'core'/,
  ],
  ['a relative path', masked('proc/kcore'), /<virtainer:path> of <virtainer:maskedPaths> .* absolute/],
  ['a path that leaves', masked('/proc/../etc'), /must not contain '\.\.'/],
  ['the root as a path', masked('/'), /<virtainer:maskedPaths> cannot be '\/'/],
  ['a path with a newline', masked('/proc/kcore\n'), /white space around it/],
  ['an empty path', masked(''), /absolute/],
  [
    'a relative seccomp file',
    ["<seccomp profile='file' file='a.json'/>", { seccomp: { profile: 'file', file: 'a.json' } }],
    /'file' of <virtainer:seccomp> 'a\.json' must be an absolute path/,
  ],
  [
    'an offset of 200 years',
    offset(6_311_520_000, 0),
    /'seconds' of <virtainer:monotonic> must be -4611686018/,
  ],
  ['an offset of minus 200 years', offset(-6_311_520_000, 0), /not -6311520000/],
  [
    'a second of nanoseconds',
    offset(0, 1e9),
    /'nanoseconds' of <virtainer:monotonic> must be 0 to 999999999/,
  ],
  ['no retries', restart(0, 0), /'maxRetries' of <virtainer:restart> must be 1 to /],
  ['a delay no timer takes', restart(1, 2 ** 31), /'delayMs' of <virtainer:restart> must be 0 to 2147483647/],
  ['health checks without pause', health(0, 1), /'intervalMs' of <virtainer:health> must be 1 to /],
  ['unhealthy at once', health(1, 0), /'retries' of <virtainer:health> must be 1 to /],
  [
    'an empty program',
    ['<health><arg/><arg>b</arg></health>', { health: { command: ['', 'b'] } }],
    /missing program of <virtainer:health>/,
  ],
  ['no image', image('', DIGEST), /missing attribute 'reference' of <virtainer:image>/],
  ['an image with a blank', image('a b', DIGEST), /'reference' of <virtainer:image> 'a b'/],
  ['a digest in capitals', image('a', `sha256:${'A'.repeat(64)}`), /'digest' of <virtainer:image> 'sha256:A/],
  ['a digest of another length', image('a', 'sha256:00'), /'digest' of <virtainer:image> 'sha256:00'/],
  ['a digest with weak hash', image('a', 'md5:00'), /'digest' of <virtainer:image> 'md5:00'/],
  ['two digests', image(`a@sha256:${'1'.repeat(64)}`, DIGEST), /<virtainer:image> has two digests/],
  ['port 0', port(0, 1), /'hostPort' of <virtainer:port> must be 1 to 65535, not 0/],
  ['port 65536', port(1, 65536), /'containerPort' of <virtainer:port> must be 1 to 65535, not 65536/],
  ['a row beyond the last port', port(65535, 1, 2), /'count' of <virtainer:port> must be 1 to 1, not 2/],
  ['no ports', port(1, 1, 0), /'count' of <virtainer:port> must be 1 to 65535, not 0/],
  [
    'a host by name',
    address('localhost'),
    /'hostAddress' of <virtainer:port> 'localhost' is not an IP address/,
  ],
  ['an address with a prefix', address('10.0.0.0/8'), /is not an IP address/],
  ['an address of one interface', address('fe80::1%eth0'), /is not an IP address/],
  ['an empty address', address(''), /is not an IP address/],
];

describe('both forms of extensions', () => {
  it.each(REFUSED)('refuse %s with XML_ERROR', (_, [xml, extensions], message) => {
    for (const action of [
      () => parseDomain(own(xml)),
      () => checkDomainDefinition({ ...MINIMAL, extensions }),
    ]) {
      const failure = describeFailure(action);
      expect(failure).toMatch(/^XML_ERROR /);
      expect(failure).toMatch(message);
    }
  });

  it.each<[string, [string, Extensions]]>([
    ['one process', pids(1)],
    ['no huge pages', hugetlb(2048, 0)],
    ['the biggest huge pages', hugetlb(16_777_216, 16_777_216)],
    ['the lowest score', oomScore(-1000)],
    ['the CPUs as a limit', ['<vcpuLimit/>', { vcpuLimit: true }]],
    ['equal limits', rlimits(0, 0)],
    ['the largest offsets', offset(4_611_686_018, 999_999_999)],
    ['negative offsets', offset(-4_611_686_018, 0)],
    ['a row that ends at the last port', port(65534, 1, 2)],
    ['the same digest twice', image(`a@${DIGEST}`, DIGEST)],
    ['the longest delay', restart(1, 2 ** 31 - 1)],
    ['an address', address('::1')],
  ])('take %s', (_, [xml, extensions]) => {
    expect(parseDomain(own(xml)).extensions).toEqual(extensions);
    expect(checkDomainDefinition({ ...MINIMAL, extensions }).extensions).toEqual(extensions);
  });
});

describe('an <idmap> beside a user namespace that there is not', () => {
  const entry = { start: 0, target: 100_000, count: 10 };
  const maps = "<uid start='0' target='100000' count='10'/><gid start='0' target='100000' count='10'/>";
  const metadata = (mode: string): string =>
    `<metadata><domain xmlns='${EXTENSIONS_NAMESPACE}'><userNamespace mode='${mode}'/></domain></metadata>`;
  const xml = (mode: string): string => domainXml({ rest: `${metadata(mode)}<idmap>${maps}</idmap>` });
  const typed = (mode: 'auto' | 'none'): unknown => ({
    ...MINIMAL,
    idmap: { uids: [entry], gids: [entry] },
    extensions: { userNamespace: { mode } },
  });

  it.each([
    ['parsed', () => parseDomain(xml('none'))],
    ['typed', () => checkDomainDefinition(typed('none'))],
  ])('is refused, %s', (_, action) => {
    expect(failureOf(action)).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: "<idmap> needs a user namespace, and <virtainer:userNamespace> has mode='none'",
      hint: 'remove one of the two',
    });
  });

  it('is taken beside one', () => {
    expect(parseDomain(xml('auto'))).toEqual(checkDomainDefinition(typed('auto')));
  });
});
