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
import { extensions } from '../arbitrary/extensions.js';

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
      security: { kind: 'systemd' },
      userNamespace: { mode: 'none', insecure: true },
      seccomp: { profile: 'file', file: '/a' },
      pids: { limit: 5 },
      rlimits: [{ name: 'core', soft: 1, hard: 2 }],
      resourceView: { mode: 'host' },
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
