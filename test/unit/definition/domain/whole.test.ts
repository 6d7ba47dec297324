import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../../../lib/definition/domain/index.js';
import { WHOLE } from '../../../types/whole.js';
import { HOST } from '../documents.js';

describe('a definition with every family', () => {
  const complete = completeDomain(checkDomainDefinition(WHOLE), HOST);

  it('keeps every property', () => {
    expect(checkDomainDefinition(WHOLE)).toEqual(WHOLE);
  });

  it('is printed to XML that means the same, and printing that again gives the same text', () => {
    validateDomain(complete, HOST);
    const xml = formatDomain(complete);
    const parsed = completeDomain(parseDomain(xml, { validate: true }), HOST);
    expect(parsed).toEqual(complete);
    expect(formatDomain(parsed)).toBe(xml);
  });
});
