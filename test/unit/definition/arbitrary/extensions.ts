import fc from 'fast-check';
import { optional } from './optional.js';

const text = fc.string({ unit: fc.constantFrom(...Array.from('ab <>&\'"\n€😀')), maxLength: 8 });
const path = fc.stringMatching(/^\/[a-z<&'€]{1,8}(?:\/[a-z]{1,3})?$/u);
const count = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const milliseconds = optional(count);
const paths = fc.record({ defaults: optional(fc.boolean()), paths: optional(fc.array(path)) });
const limits = fc
  .tuple(fc.nat(), fc.nat(), fc.boolean())
  .map(([soft, more, isOpen]) => ({ soft, hard: isOpen ? ('unlimited' as const) : soft + more }));
const offset = fc.record({ seconds: fc.integer(), nanoseconds: optional(fc.nat(999_999_999)) });

/** Definitions of this family, with values that are hard to print. */
export const extensions = fc.record({
  reaper: optional(fc.boolean()),
  security: optional(fc.record({ kind: fc.constantFrom('generic', 'chroot', 'systemd', 'booted') })),
  userNamespace: optional(
    fc.oneof(
      fc.record({ mode: fc.constant('auto') }),
      fc.record({ mode: fc.constant('none'), insecure: optional(fc.boolean()) }),
    ),
  ),
  seccomp: optional(
    fc.oneof(
      fc.record({ profile: fc.constantFrom('default', 'unconfined') }),
      fc.record({ profile: fc.constant('file'), file: path }),
    ),
  ),
  noNewPrivs: optional(fc.boolean()),
  maskedPaths: optional(paths),
  readonlyPaths: optional(paths),
  pids: optional(
    fc.record({ limit: fc.oneof(fc.integer({ min: 1, max: 2 ** 22 }), fc.constant('unlimited')) }),
  ),
  vcpuLimit: optional(fc.boolean()),
  hugetlb: optional(
    fc.uniqueArray(
      fc.record({
        sizeKiB: fc.constantFrom(64, 2048, 1_048_576),
        limitKiB: fc.integer({ min: 0, max: 2 ** 30 }),
      }),
      { selector: ({ sizeKiB }) => sizeKiB },
    ),
  ),
  oomScore: optional(fc.record({ adjust: fc.integer({ min: -1000, max: 1000 }) })),
  rlimits: optional(
    fc
      .dictionary(fc.constantFrom('core', 'nofile', 'nproc'), limits)
      .map((byName) => Object.entries(byName).map(([name, limit]) => ({ name, ...limit }))),
  ),
  resourceView: optional(fc.record({ mode: fc.constantFrom('container', 'host') })),
  timeOffsets: optional(fc.record({ monotonic: optional(offset), boottime: optional(offset) })),
  restart: optional(
    fc.oneof(
      fc.record({ policy: fc.constant('no') }),
      fc.record({ policy: fc.constantFrom('always', 'unless-stopped'), delayMs: milliseconds }),
      fc.record({ policy: fc.constant('on-failure'), delayMs: milliseconds, maxRetries: optional(count) }),
    ),
  ),
  health: optional(
    fc.record({
      command: fc.tuple(path, fc.array(text)).map(([program, args]) => [program, ...args]),
      intervalMs: milliseconds,
      timeoutMs: milliseconds,
      startPeriodMs: milliseconds,
      startIntervalMs: milliseconds,
      retries: optional(count),
      onFailure: optional(fc.constantFrom('none', 'kill', 'restart', 'stop')),
    }),
  ),
  image: optional(
    fc.record({
      reference: fc.stringMatching(/^[a-z:/.&'<]{1,20}$/u),
      digest: optional(fc.constant(`sha256:${'0'.repeat(64)}`)),
    }),
  ),
  ports: optional(
    fc.uniqueArray(fc.integer({ min: 1, max: 65535 })).chain((hostPorts) =>
      fc.tuple(
        ...hostPorts.map((hostPort) =>
          fc.record({
            hostPort: fc.constant(hostPort),
            containerPort: fc.integer({ min: 1, max: 65535 }),
            protocol: optional(fc.constantFrom('tcp', 'udp', 'sctp')),
            hostAddress: optional(fc.oneof(fc.ipV4(), fc.ipV6())),
          }),
        ),
      ),
    ),
  ),
});
