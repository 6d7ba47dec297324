import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../../../lib/definition/domain/index.js';
import { VirtError } from '../../../../lib/errors.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { whole } from '../arbitrary/whole.js';

describe('definitions and their XML', () => {
  it('any definition is printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(whole, (value) => {
        const complete = completeDomain(checkDomainDefinition(value), HOST);
        validateDomain(complete, HOST);
        const xml = formatDomain(complete);
        const parsed = completeDomain(parseDomain(xml, { validate: true }), HOST);
        expect(parsed).toEqual(complete);
        expect(formatDomain(parsed)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });

  it('damaged XML is parsed or refused with a VirtError, and the same way twice', () => {
    const seed = domainXml({
      rest: `<features><privnet/><capabilities policy='deny'><kill state='on'/></capabilities></features>
        <metadata><a:b xmlns:a='u'>x</a:b></metadata>
        <devices><filesystem type='ram'><source usage='1' units='MiB'/><target dir='/a'/></filesystem><console type='pty'/></devices>`,
    });
    const splice = fc.constantFrom(
      '<',
      '>',
      '/',
      "'",
      '&',
      '<a>',
      '</a>',
      '<![CDATA[',
      '-->',
      '\0',
      '__proto__',
      ' xmlns=""',
      '9'.repeat(30),
    );
    fc.assert(
      fc.property(fc.nat(seed.length), fc.nat(12), splice, (at, length, inserted) => {
        const damaged = seed.slice(0, at) + inserted + seed.slice(at + length);
        expect(outcome(() => parseDomain(damaged))).toEqual(outcome(() => parseDomain(damaged)));
      }),
      { numRuns: 1000 },
    );
  });

  it('any value at all is checked or refused with a VirtError', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(MINIMAL), 'devices', 'features', 'metadata'),
        anything,
        (key, value) => {
          outcome(() => checkDomainDefinition(value));
          outcome(() => checkDomainDefinition({ ...MINIMAL, [key]: value }));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof VirtError) return error.code;
    throw error;
  }
}
