import fc from 'fast-check';
import { printed } from './tuning.js';
import { tuning } from '../arbitrary/tuning.js';

describe('tuning and its XML', () => {
  it('any tuning is printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(tuning, (part) => {
        expect(printed(part)).toMatch(/^<domain type='lxc'>\n/);
      }),
      { numRuns: 500 },
    );
  });
});
