import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  getMetadataElement,
  parseDomain,
  setMetadataElement,
  type CompleteDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const withMetadata = (inside: string, attributes = "type='lxc'"): CompleteDomain =>
  completeDomain(parseDomain(domainXml({ attributes, rest: `<metadata>${inside}</metadata>` })), HOST);
const typed = (...metadata: string[]): unknown => checkDomainDefinition({ ...MINIMAL, metadata });

describe('metadata', () => {
  it('is kept as its author wrote it', () => {
    const app = `<app:x xmlns:app='urn:app' z='1' a='2'>\n      <app:y>a "b" &amp; c</app:y>  mixed\n    </app:x>`;
    const domain = withMetadata(`\n    ${app}\n    <other xmlns='urn:other'/>\n  `);
    expect(domain.metadata).toEqual([app, `<other xmlns='urn:other'/>`]);
    expect(formatDomain(domain)).toContain(
      `  <metadata>\n    ${app}\n    <other xmlns='urn:other'/>\n  </metadata>\n`,
    );
    expect(parseDomain(formatDomain(domain)).metadata).toEqual(domain.metadata);
  });

  it('takes namespaces with it that are declared outside', () => {
    const domain = withMetadata(
      '<app:x><y app:z="1"/></app:x>',
      "type='lxc' xmlns:app='urn:app' xmlns:unused='urn:u'",
    );
    expect(domain.metadata).toEqual([`<app:x xmlns:app='urn:app'><y app:z='1'/></app:x>`]);
    expect(formatDomain(domain)).toContain("<domain type='lxc'>");
  });

  it('loses children without namespace and second ones of a namespace, as in libvirt', () => {
    const domain = withMetadata(`text<x/><a:b xmlns:a='u'/><c:d xmlns:c='u'/><e xmlns='v'/>`);
    expect(domain.metadata).toEqual([`<a:b xmlns:a='u'/>`, `<e xmlns='v'/>`]);
    expect('metadata' in withMetadata('<x/>')).toBe(false);
  });

  it('of a typed definition is checked and brought into the same form', () => {
    expect(typed(` <a:b  xmlns:a="u"  ><!-- c --><d></d></a:b>`)).toMatchObject({
      metadata: [`<a:b xmlns:a='u'><d/></a:b>`],
    });
    expect(describeFailure(() => typed('<a>'))).toMatch(/^XML_ERROR domain\.metadata\[0\]: line 1: /);
    expect(describeFailure(() => typed('<!DOCTYPE a><a/>'))).toMatch(/document type declarations/);
    expect(describeFailure(() => typed('<a/>'))).toMatch(/^XML_ERROR <metadata>: <a> must be in a namespace/);
    expect(describeFailure(() => typed(`<a xmlns='u'/>`, `<b xmlns='u'/>`))).toMatch(
      /^XML_ERROR .*more than one/,
    );
    const deep = `<a xmlns='u'>${'<b>'.repeat(62)}${'</b>'.repeat(62)}</a>`;
    expect(describeFailure(() => typed(deep))).toMatch(/nested deeper than 62/);
  });

  it('may be longer than a value, since it is a document', () => {
    const long = `<a xmlns='u'>${'<b>x</b>'.repeat(9000)}</a>`;
    expect(typed(long)).toMatchObject({ metadata: [long] });
  });
});

describe('setMetadataElement()', () => {
  const domain = completeDomain(MINIMAL, HOST);

  it('puts the prefix on, and getMetadataElement() takes it off', () => {
    const xml = `<app attribute='1'>\n  <name>x</name>\n</app>`;
    const changed = setMetadataElement(domain, 'urn:app', 'k', xml);
    expect(changed.metadata).toEqual([
      `<k:app attribute='1' xmlns:k='urn:app'>\n  <k:name>x</k:name>\n</k:app>`,
    ]);
    expect(getMetadataElement(changed, 'urn:app')).toBe(xml);
    expect(domain.metadata).toBeUndefined();
  });

  it('replaces the element of its namespace and leaves the others', () => {
    const first = setMetadataElement(setMetadataElement(domain, 'urn:a', 'a', '<x/>'), 'urn:b', 'b', '<y/>');
    const second = setMetadataElement(first, 'urn:a', 'c', '<z/>');
    expect(second.metadata).toEqual([`<b:y xmlns:b='urn:b'/>`, `<c:z xmlns:c='urn:a'/>`]);
  });

  it('accepts XML that is in the namespace already', () => {
    const changed = setMetadataElement(domain, 'urn:a', 'k', `<x xmlns='urn:a'><y/></x>`);
    expect(changed.metadata).toEqual([`<k:x xmlns:k='urn:a'><k:y/></k:x>`]);
  });

  it('leaves other namespaces inside alone', () => {
    const changed = setMetadataElement(domain, 'urn:a', 'k', `<x xmlns:o='urn:o'><o:y o:z='1'/></x>`);
    expect(changed.metadata).toEqual([`<k:x xmlns:o='urn:o' xmlns:k='urn:a'><o:y o:z='1'/></k:x>`]);
  });

  it.each([
    `<x><y xmlns='urn:o'><z/></y></x>`,
    `<k:x xmlns:k='urn:a' xmlns='urn:o'><y/><k:z/></k:x>`,
    `<x><y xmlns:o='urn:o' o:z='1'/>text</x>`,
    `<p:x xmlns:p='urn:a' p:y='1'/>`,
  ])('gives %s back in a form that can be set again', (xml) => {
    const first = setMetadataElement(domain, 'urn:a', 'k', xml);
    const second = setMetadataElement(first, 'urn:a', 'k', getMetadataElement(first, 'urn:a') ?? '');
    expect(second.metadata).toEqual(first.metadata);
    expect(parseDomain(formatDomain(first)).metadata).toEqual(first.metadata);
  });

  it('removes with null, also what is not there', () => {
    const changed = setMetadataElement(domain, 'urn:a', 'a', '<x/>');
    expect(setMetadataElement(changed, 'urn:a', 'a', null)).toEqual(domain);
    expect(setMetadataElement(domain, 'urn:a', 'a', null)).toEqual(domain);
    expect(getMetadataElement(domain, 'urn:a')).toBeUndefined();
  });

  it('makes definitions that can be printed and read', () => {
    const changed = setMetadataElement(domain, 'urn:a&b', 'k', `<x>&lt;</x>`);
    expect(parseDomain(formatDomain(changed)).metadata).toEqual(changed.metadata);
  });

  it('refuses bad keys, URIs and XML', () => {
    for (const key of ['', '1', 'a:b', 'xml', 'xmlns', "a'", 'a b']) {
      expect(describeFailure(() => setMetadataElement(domain, 'urn:a', key, '<x/>'))).toMatch(/^INVALID_ARG/);
    }
    expect(describeFailure(() => setMetadataElement(domain, '', 'k', '<x/>'))).toMatch(/^INVALID_ARG/);
    expect(describeFailure(() => setMetadataElement(domain, 'urn:a', 'k', '<x>'))).toMatch(
      /^XML_ERROR metadata element/,
    );
    const taken = `<x xmlns:k='urn:other'/>`;
    expect(describeFailure(() => setMetadataElement(domain, 'urn:a', 'k', taken))).toMatch(
      /^INVALID_ARG prefix 'k'/,
    );
    const other = `<x xmlns='urn:other'/>`;
    expect(describeFailure(() => setMetadataElement(domain, 'urn:a', 'k', other))).toMatch(
      /^INVALID_ARG .*'urn:other'/,
    );
  });
});
