import fc from 'fast-check';
import {
  element,
  isElement,
  parseXml,
  printVerbatim,
  printXml,
  textElement,
  type XmlElement,
} from '../../../../lib/definition/xml/index.js';

/** Text as XML can hold it. */
const text = fc.string({ unit: fc.constantFrom(...Array.from('ab <>&\'"\t\n\r€😀]')), maxLength: 12 });

describe('printXml()', () => {
  it("prints in libvirt's style", () => {
    const root = element('a', { b: 1, c: undefined }, [
      element('d'),
      textElement('e', 'f'),
      undefined,
      element('g', { h: 'i' }, [element('j')]),
    ]);
    expect(printXml(root)).toBe("<a b='1'>\n  <d/>\n  <e>f</e>\n  <g h='i'>\n    <j/>\n  </g>\n</a>\n");
  });

  it('escapes the five characters everywhere, and white space in attributes', () => {
    expect(printXml(element('a', { b: `<>&'"\t\n\r` }, `<>&'"\t\n\r`))).toBe(
      "<a b='&lt;&gt;&amp;&apos;&quot;&#9;&#10;&#13;'>&lt;&gt;&amp;&apos;&quot;\t\n&#13;</a>\n",
    );
  });

  it('prints what parses back to the same', () => {
    fc.assert(
      fc.property(text, text, (attribute, content) => {
        const parsed = parseXml(printXml(element('a', { b: attribute }, content)));
        expect(parsed.attributes[0]?.value).toBe(attribute);
        expect(parsed.children).toEqual(content === '' ? [] : [content]);
      }),
    );
  });
});

describe('printVerbatim()', () => {
  it.each([
    `<a/>`,
    `<p:a xmlns:p='u' z='1' a='2'>\n      <p:b>text &amp; "quotes"</p:b> tail\n    </p:a>`,
    `<a xmlns='u'><b xmlns=''/></a>`,
  ])('prints %j as it was', (source) => {
    expect(printVerbatim(parseXml(source))).toBe(source);
  });

  it('declares what an element inherits from outside, and only that', () => {
    const outer = parseXml(
      `<m xmlns='d' xmlns:p='u' xmlns:q='v' xmlns:r='w'><p:a xmlns:s='x'><b r:c='1' s:d='2'/></p:a></m>`,
    );
    const scope = new Map([
      ['', 'd'],
      ['p', 'u'],
      ['q', 'v'],
      ['r', 'w'],
    ]);
    const [child] = outer.children.filter(isElement);
    expect(child && printVerbatim(child, scope)).toBe(
      `<p:a xmlns:s='x' xmlns:p='u' xmlns='d' xmlns:r='w'><b r:c='1' s:d='2'/></p:a>`,
    );
  });

  it('is the inverse of parsing, for any tree', () => {
    const tree = fc.letrec<{ node: string; element: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        text.map((value) => value.replace(/[&<>\r]/gu, (c) => `&#${c.charCodeAt(0)};`)),
        tie('element'),
      ),
      element: fc
        .tuple(
          fc.constantFrom('a', 'p:b', '__proto__', 'constructor'),
          fc.array(tie('node'), { maxLength: 4 }),
        )
        .map(([name, children]) => `<${name} c="'">${children.join('')}</${name}>`),
    })).element;
    fc.assert(
      fc.property(tree, (inner) => {
        const first = parseXml(`<r xmlns:p='u'>${inner}</r>`);
        expect(withoutLines(parseXml(printVerbatim(first)))).toEqual(withoutLines(first));
      }),
    );
  });
});

function withoutLines(node: XmlElement): unknown {
  const children = node.children.map((child) => (isElement(child) ? withoutLines(child) : child));
  return { ...node, line: 0, children };
}
