import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  getMetadataElement,
  parseDomain,
  setMetadataElement,
  EXTENSIONS_NAMESPACE,
  type Extensions,
} from '../../../../lib/definition/domain/index.js';
import { VirtError } from '../../../../lib/errors.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const text = fc.string({ unit: fc.constantFrom(...Array.from('ab <>&\'"\n€😀')), maxLength: 8 });
const path = fc.stringMatching(/^\/[a-z<&'€]{1,8}(?:\/[a-z]{1,3})?$/u);
const count = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const milliseconds = optional(count);
const paths = fc.record({ defaults: optional(fc.boolean()), paths: optional(fc.array(path)) });
const limits = fc
  .tuple(fc.nat(), fc.nat(), fc.boolean())
  .map(([soft, more, isOpen]) => ({ soft, hard: isOpen ? ('unlimited' as const) : soft + more }));
const offset = fc.record({ seconds: fc.integer(), nanoseconds: optional(fc.nat(999_999_999)) });

const extensions = fc.record({
  reaper: optional(fc.boolean()),
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
  rlimits: optional(
    fc
      .dictionary(fc.constantFrom('core', 'nofile', 'nproc'), limits)
      .map((byName) => Object.entries(byName).map(([name, limit]) => ({ name, ...limit }))),
  ),
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

describe('extensions and their XML', () => {
  it('any of them are printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(extensions, (value) => {
        const complete = completeDomain(checkDomainDefinition({ ...MINIMAL, extensions: value }), HOST);
        const xml = formatDomain(complete);
        const parsed = completeDomain(parseDomain(xml, { validate: true }), HOST);
        expect(parsed).toEqual(complete);
        expect(formatDomain(parsed)).toBe(xml);
        const element = getMetadataElement(complete, EXTENSIONS_NAMESPACE) ?? null;
        expect(setMetadataElement(complete, EXTENSIONS_NAMESPACE, 'k', element)).toEqual(complete);
      }),
      { numRuns: 300 },
    );
  });

  it('any word that is changed is read, or refused with a VirtError, but never ignored', () => {
    const whole: Extensions = {
      reaper: true,
      seccomp: { profile: 'file', file: '/a' },
      pids: { limit: 5 },
      rlimits: [{ name: 'core', soft: 1, hard: 2 }],
      timeOffsets: { monotonic: { seconds: 3, nanoseconds: 4 } },
      restart: { policy: 'on-failure', maxRetries: 5, delayMs: 6 },
      health: { command: ['/b'], retries: 7 },
      ports: [{ hostPort: 8, containerPort: 9 }],
    };
    const complete = completeDomain(checkDomainDefinition({ ...MINIMAL, extensions: whole }), HOST);
    const element = getMetadataElement(complete, EXTENSIONS_NAMESPACE) ?? '';
    const words = [...element.matchAll(/\w+/gu)].map(({ index }) => index);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.constantFrom('x', '1', 'reaper', 'limit'), (at, inserted) => {
        const changed = element.slice(0, at) + inserted + element.slice(at);
        const inside = changed.replace(/^<domain/u, `<domain xmlns='${EXTENSIONS_NAMESPACE}'`);
        let result: Extensions | undefined;
        try {
          result = parseDomain(domainXml({ rest: `<metadata>${inside}</metadata>` })).extensions;
        } catch (error) {
          expect(error).toBeInstanceOf(VirtError);
          return;
        }
        expect(result).not.toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
