import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../../../../lib/definition/domain/index.js';
import { HOST, MINIMAL } from '../../documents.js';
import { devices } from '../../arbitrary/devices.js';

describe('devices and their XML', () => {
  it('any of them are printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(devices, (value) => {
        const complete = completeDomain(checkDomainDefinition({ ...MINIMAL, devices: value }), HOST);
        validateDomain(complete, HOST);
        const xml = formatDomain(complete);
        const again = completeDomain(parseDomain(xml, { validate: true }), HOST);
        expect(again).toEqual(complete);
        expect(formatDomain(again)).toBe(xml);
      }),
    );
  });
});
