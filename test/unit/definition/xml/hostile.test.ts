import { parseXml, printVerbatim, XML_LIMITS } from '../../../../lib/definition/xml/index.js';
import { failureOf } from '../failure.js';

const MIB = 1024 * 1024;
const attributes = (count: number): string =>
  Array.from({ length: count }, (_, index) => ` a${index}=''`).join('');

describe('parseXml() refuses quickly', () => {
  // The first run pays for compilation: it is not the document's cost.
  beforeAll(() => {
    for (let run = 0; run < 20; run += 1) parseXml(`<a>${`<b c='&amp;'/>`.repeat(100)}</a>`);
  });

  it.each<[string, string, RegExp]>([
    ['billion laughs', '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', /document type/],
    [
      'quadratic blow-up',
      `<!DOCTYPE l [<!ENTITY a "${'x'.repeat(1e5)}">]><l>${'&a;'.repeat(1e5)}</l>`,
      /document type/,
    ],
    ['more than 1 MiB', `<a>${'x'.repeat(2 * MIB)}</a>`, /larger than 1048576 bytes/],
    ['more than 1 MiB of UTF-8', `<a>${'€'.repeat(MIB / 2)}</a>`, /larger than 1048576 bytes/],
    ['100,000 siblings', `<a>${'<b/>'.repeat(100_000)}</a>`, /more than 20000/],
    ['100,000 attributes', `<a>${`<b${attributes(250)}/>`.repeat(400)}</a>`, /more than 20000/],
    ['depth 10,000', '<a>'.repeat(10_000), /nested deeper than 64/],
    ['5,000 attributes of one element', `<a${attributes(5000)}/>`, /more than 256 attributes of <a>/],
    ['a long attribute', `<a b='${'x'.repeat(900_000)}'/>`, /attribute 'b' of <a> is longer/],
    ['a long text', `<a>${'x'.repeat(900_000)}</a>`, /text is longer/],
    ['a long text in pieces', `<a>${'x'.repeat(40_000)}<!-- -->${'x'.repeat(40_000)}</a>`, /text is longer/],
    ['a long CDATA', `<a><![CDATA[${'x'.repeat(900_000)}]]></a>`, /text is longer/],
    ['200,000 references', `<a>${'&amp;'.repeat(200_000)}</a>`, /text is longer/],
    ['a long name', `<${'a'.repeat(900_000)}`, /malformed/],
    ['a name of colons', `<${'a:'.repeat(400_000)}>`, /malformed/],
    ['a tag of blanks', `<a${' '.repeat(900_000)}b`, /malformed/],
    ['a million <', '<'.repeat(MIB), /malformed/],
    ['a million newlines before an error', `<a>${'\n'.repeat(MIB - 20)}&x;</a>`, /line 1048557/],
    ['unclosed comments', '<!--'.repeat(MIB / 4), /not closed/],
  ])('%s', (_, text, message) => {
    const start = performance.now();
    const error = failureOf(() => parseXml(text));
    const elapsed = performance.now() - start;
    expect(error.code).toBe('XML_ERROR');
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThanOrEqual(512);
    // 50 ms is the promise on an idle machine; tests run beside others.
    expect(elapsed).toBeLessThan(250);
  });

  it('or takes quickly: thousands of prefixes in scope of thousands of elements', () => {
    const declare = (level: number): string =>
      Array.from({ length: 200 }, (_, index) => ` xmlns:p${level}_${index}='u'`).join('');
    const levels = Array.from({ length: 40 }, (_, level) => level);
    const text = `${levels.map((level) => `<a${declare(level)}>`).join('')}${"<b xmlns:q='v'/>".repeat(5000)}${'</a>'.repeat(40)}`;
    const start = performance.now();
    expect(printVerbatim(parseXml(text))).toContain("<b xmlns:q='v'/>");
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('but takes what is just within the limits', () => {
    const deep = '<a>'.repeat(XML_LIMITS.depth) + '</a>'.repeat(XML_LIMITS.depth);
    expect(parseXml(deep).name).toBe('a');
    expect(parseXml(`<a${attributes(XML_LIMITS.attributes)}/>`).attributes).toHaveLength(
      XML_LIMITS.attributes,
    );
    expect(parseXml(`<a>${'&amp;'.repeat(XML_LIMITS.valueLength)}</a>`).children).toEqual([
      '&'.repeat(XML_LIMITS.valueLength),
    ]);
  });
});
