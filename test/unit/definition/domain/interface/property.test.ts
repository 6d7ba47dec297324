import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../../../../lib/definition/domain/index.js';
import { HOST, MINIMAL } from '../../documents.js';
import { interfaces } from '../../arbitrary/interfaces.js';

describe('interfaces and their XML', () => {
  it('any of them are printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(interfaces, (nics) => {
        const checked = checkDomainDefinition({ ...MINIMAL, devices: { interfaces: nics } });
        expect(checkDomainDefinition(checked)).toEqual(checked);
        const complete = completeDomain(checked, HOST);
        validateDomain(complete, HOST);
        const xml = formatDomain(complete);
        const again = completeDomain(parseDomain(xml, { validate: true }), HOST);
        expect(again).toEqual(complete);
        expect(formatDomain(again)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });
});
