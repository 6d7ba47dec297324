import { parseXml, qualifiedName, isElement, type XmlElement } from '../../../../lib/definition/xml/index.js';
import { failureOf } from '../failure.js';

function childNames(element: XmlElement): string[] {
  return element.children.filter(isElement).map(qualifiedName);
}

describe('parseXml()', () => {
  it('keeps mixed siblings, attributes and text in document order', () => {
    const root = parseXml(`<a z='1' y="2" x='3'>one<b/>two<c/><b/></a>`);
    expect(root.attributes.map(({ name, value }) => [name, value])).toEqual([
      ['z', '1'],
      ['y', '2'],
      ['x', '3'],
    ]);
    expect(root.children.map((child) => (isElement(child) ? child.name : child))).toEqual([
      'one',
      'b',
      'two',
      'c',
      'b',
    ]);
  });

  it('merges text around comments, instructions and CDATA', () => {
    expect(parseXml('<a>1<!-- <x> -->2<?pi <y> ?>3<![CDATA[<&>]]>4</a>').children).toEqual(['123<&>4']);
  });

  it('resolves the five entities and character references', () => {
    expect(parseXml("<a b='&quot;&#x41;'>&lt;&amp;&gt;&apos;&#9;</a>")).toMatchObject({
      attributes: [{ value: '"A' }],
      children: ["<&>'\t"],
    });
  });

  it('normalises line ends, and white space in attributes unless it is a reference', () => {
    expect(parseXml("<a b='1\r\n2\t3&#10;4'>x\r\ny\rz</a>")).toMatchObject({
      attributes: [{ value: '1 2 3\n4' }],
      children: ['x\ny\nz'],
    });
  });

  it('resolves namespaces by URI, whatever the prefix, and gives attributes no default namespace', () => {
    const root = parseXml("<a xmlns='urn:d' xmlns:p='urn:p' c='1' p:c='2'><p:b/><b xmlns=''/></a>");
    expect(root.namespace).toBe('urn:d');
    expect(root.attributes.map((attribute) => attribute.namespace).slice(2)).toEqual(['', 'urn:p']);
    expect(root.children.filter(isElement).map((child) => child.namespace)).toEqual(['urn:p', '']);
  });

  it('knows the line of every start tag', () => {
    const root = parseXml('<?xml version="1.0"?>\n<a>\n<!-- \n -->\n<b/>\n\n<c/></a>');
    expect([root.line, ...root.children.filter(isElement).map((child) => child.line)]).toEqual([2, 5, 7]);
  });

  it('takes a byte order mark and an XML declaration', () => {
    expect(parseXml('\ufeff<?xml version="1.0" encoding="UTF-8"?><a/>').name).toBe('a');
  });

  it('is not confused by names that JavaScript objects have', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '_', '__text__', 'constructor'];
    const root = parseXml(
      `<a constructor='1' toString='2'>${names.map((name) => `<${name}>x</${name}>`).join('')}</a>`,
    );
    expect(childNames(root)).toEqual(names);
    expect(root.children.filter(isElement).every((child) => child.children[0] === 'x')).toBe(true);
    expect(root.attributes.map(({ name }) => name)).toEqual(['constructor', 'toString']);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  it('gives frozen elements', () => {
    const root = parseXml("<a b='1'><c/></a>");
    expect(
      [root, root.attributes, root.children, root.attributes[0]].every((part) => Object.isFrozen(part)),
    ).toBe(true);
  });
});

describe('parseXml() refuses with XML_ERROR and the line', () => {
  it.each<[string, string, number | undefined, RegExp]>([
    [
      'a document type',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      1,
      /document type declarations are not allowed/,
    ],
    [
      'an external document type',
      '\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      2,
      /document type declarations/,
    ],
    ['an entity declaration inside the root', '<a>\n<!ENTITY b "c"></a>', 2, /document type declarations/],
    ['a lower-case CDATA', '<a><![cdata[x]]></a>', 1, /not allowed/],
    ['an HTML entity', '<a>&copy;</a>', 1, /'&copy;' is not one of XML's own/],
    ['a bare ampersand', '<a b="1 & 2"/>', 1, /attribute 'b' of <a>/],
    ['a reference to NUL', '<a>&#0;</a>', 1, /&#0;/],
    ['a reference to a surrogate', '<a>&#xD800;</a>', 1, /&#xD800;/],
    ['a reference beyond Unicode', '<a>&#x110000;</a>', 1, /&#x110000;/],
    ['a reference with capital X', '<a>&#X41;</a>', 1, /&#X41;/],
    ['NUL', '<a>\n\0</a>', 2, /NUL character is not allowed/],
    ['a C0 control', '<a>\x1b</a>', 1, /U\+001B/],
    ['a C1 control', '<a>\x9b</a>', 1, /U\+009B/],
    ['UTF-16 read as bytes', '<\0a\0/\0>\0', 1, /NUL/],
    ['a lone surrogate', '<a>\ud800</a>', 1, /lone surrogate U\+D800/],
    ['two roots', '<a/>\n<b/>', 2, /more than one root element/],
    ['text before the root', 'x<a/>', 1, /outside the root/],
    ['text after the root', '<a/>x', 1, /outside the root/],
    ['CDATA after the root', '<a/><![CDATA[]]>', 1, /outside the root/],
    ['nothing', '', 1, /empty/],
    ['white space only', ' \n ', 1, /empty/],
    ['a comment only', '<!-- x -->', 1, /no root element/],
    ['a cut tag', '<a><b', 1, /malformed start tag <b>/],
    ['a missing end tag', '<a>\n<b>\n', 3, /<b> is not closed/],
    ['wrong nesting', '<a><b></a></b>', 1, /<b> is closed by <\/a>/],
    ['an end tag too many', '</a>', 1, /closes nothing/],
    ['an unclosed comment', '<a><!-- ', 1, /comment is not closed/],
    ['an unclosed instruction', '<a><?b ', 1, /not closed/],
    ['an unnamed instruction', '<a><? b?></a>', 1, /malformed processing instruction/],
    ['a late XML declaration', '\n<?xml version="1.0"?><a/>', 2, /misplaced/],
    [']]> in text', '<a>]]></a>', 1, /\]\]>/],
    ['< in an attribute', "<a b='<'/>", 1, /malformed start tag/],
    ['an unquoted attribute', '<a b=1/>', 1, /malformed start tag/],
    ['attributes without space', "<a b='1'c='2'/>", 1, /malformed start tag/],
    ['a bad name', '<1a/>', 1, /malformed tag/],
    ['a malformed end tag', '<a></a b>', 1, /malformed end tag/],
    ['a duplicate attribute', "<a b='1' b='2'/>", 1, /duplicate attribute 'b' of <a>/],
    [
      'a duplicate under two prefixes',
      "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
      1,
      /duplicate attribute 'b'/,
    ],
    ['an attribute that would set a prototype', "<a __proto__='1'/>", 1, /'__proto__' of <a> is not allowed/],
    ['an undeclared prefix', '<p:a/>', 1, /prefix 'p' is not declared/],
    [
      'an undeclared prefix that objects have',
      '<a><constructor:b/></a>',
      1,
      /prefix 'constructor' is not declared/,
    ],
    ['an undeclared prefix of an attribute', "<a\n><b p:c=''/></a>", 2, /prefix 'p' is not declared/],
    ['an undeclaration of a prefix', "<a xmlns:p=''/>", 1, /namespace of prefix 'p' is empty/],
    ['a declaration of xmlns', "<a xmlns:xmlns='u'/>", 1, /cannot be declared/],
  ])('%s', (_, text, line, message) => {
    const error = failureOf(() => parseXml(text));
    expect(error).toMatchObject({ code: 'XML_ERROR', domain: 'XML' });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(`line ${line ?? ''}`);
  });

  it('every document that is cut anywhere', () => {
    const whole = `<a b='1'><!-- c --><d>e&amp;f</d><![CDATA[g]]><?h i?></a>`;
    for (let end = 0; end < whole.length; end += 1) {
      expect(failureOf(() => parseXml(whole.slice(0, end))).code).toBe('XML_ERROR');
    }
  });
});
