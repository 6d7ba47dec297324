import fc from 'fast-check';
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const kept = (xml: string): unknown =>
  parseDomain(domainXml({ rest: `<devices>${xml}</devices>` })).devices?.kept;
const check = (...items: string[]): unknown =>
  checkDomainDefinition({ ...MINIMAL, devices: { kept: items } }).devices?.kept;

describe('elements of other drivers', () => {
  it('are kept one by one, in the order in which libvirt prints them', () => {
    expect(kept('<video/><hub type="usb"/><controller index="1"/><hub/><controller index="0"/>')).toEqual([
      "<controller index='1'/>",
      "<controller index='0'/>",
      '<video/>',
      "<hub type='usb'/>",
      '<hub/>',
    ]);
    const { kept: ofDomain } = parseDomain(
      domainXml({ rest: '<perf/><pm/><iothreads>1</iothreads><pm><x/></pm>' }),
    );
    expect(ofDomain).toEqual(['<iothreads>1</iothreads>', '<pm/>', '<perf/>']);
  });

  it('lose the white space of their layout, and nothing else', () => {
    expect(kept('<rng>\n  <!-- c -->\n  <backend> a &amp;\n b </backend>\n</rng>')).toEqual([
      '<rng><backend> a &amp;\n b </backend></rng>',
    ]);
    expect(kept('<rng>a <b/> c</rng>')).toEqual(['<rng>a <b/> c</rng>']);
    expect(kept("<rng a=' &#10; '>\n</rng>")).toEqual(["<rng a=' &#10; '/>"]);
  });

  it('lose what is in a namespace, as libvirt ignores it', () => {
    const xml =
      "<video xmlns:x='urn:x' x:a='1' b='2'><x:model/><model xmlns='urn:y'/><model xml:lang='en'/></video>";
    expect(kept(xml)).toEqual(["<video b='2'><model/></video>"]);
    expect(kept("<x:video xmlns:x='urn:x'/><video xmlns='urn:x'/>")).toBeUndefined();
  });

  it.each<[string, string[], RegExp]>([
    ['text that is no XML', ['<video>'], /^XML_ERROR domain\.devices\.kept\[0\]: /],
    ['two elements in one text', ['<video/><video/>'], /^XML_ERROR domain\.devices\.kept\[0\]: /],
    ['text that ends the element around it', ['</devices><devices>'], /^XML_ERROR/],
    ['a document type', ['<!DOCTYPE video><video/>'], /^XML_ERROR/],
    [
      'an element of another name',
      ['<disk/>'],
      /^XML_ERROR domain\.devices\.kept\[0\]: <disk> is not one of controller/,
    ],
    ['a name of a prototype', ['<constructor/>'], /^XML_ERROR .*<constructor> is not one of/],
    ['an element in a namespace', ["<video xmlns='urn:x'/>"], /^XML_ERROR .*<video> uses a namespace/],
    [
      'a declaration inside',
      ["<video><model xmlns:lxc='urn:x'/></video>"],
      /^XML_ERROR .*<model> uses a namespace/,
    ],
    ['a prefixed attribute', ["<video xml:space='preserve'/>"], /^XML_ERROR .*<video> uses a namespace/],
    ['an undeclared prefix', ['<video><lxc:sharenet/></video>'], /^XML_ERROR .*prefix 'lxc' is not declared/],
    [
      'elements too deep',
      [`<video>${'<a>'.repeat(62)}${'</a>'.repeat(62)}</video>`],
      /^XML_ERROR .*nested deeper/,
    ],
    [
      'too many',
      Array<string>(1025).fill('<hub/>'),
      /^XML_ERROR domain\.devices\.kept\[1024\]: more than 1024/,
    ],
    [
      'two balloons',
      ['<memballoon/>', '<memballoon/>'],
      /^INTERNAL_ERROR .*only 1 <memballoon> is supported/,
    ],
    ['two vsocks', ['<vsock/>', '<vsock/>'], /^XML_ERROR .*only 1 <vsock> is supported/],
    ['three tpms', ['<tpm/>', '<tpm/>', '<tpm/>'], /^XML_ERROR .*only 2 <tpm> is supported/],
  ])('refuses %s', (_, items, expected) => {
    expect(describeFailure(() => check(...items))).toMatch(expected);
  });

  it('refuses a second of what there is one of in a typed definition', () => {
    const definition = { ...MINIMAL, kept: ['<pm/>', '<sysinfo/>', '<sysinfo/>', '<pm/>'] };
    expect(describeFailure(() => checkDomainDefinition(definition))).toMatch(
      /^XML_ERROR domain\.kept\[3\]: only 1 <pm>/,
    );
  });

  it('come out as libvirt lays them out, whatever is in them, and the same again', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('a <>&\'"\t\n\r€')), maxLength: 6 });
    const { node } = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.record({
        attribute: fc.option(text),
        children: fc.array(fc.oneof({ maxDepth: 4 }, text, tie('node')), { maxLength: 4 }),
      }),
    }));
    fc.assert(
      fc.property(node, (video) => {
        const definition = checkDomainDefinition({ ...MINIMAL, devices: { kept: [print('video', video)] } });
        const complete = completeDomain(definition, HOST);
        const xml = formatDomain(complete);
        const parsed = completeDomain(parseDomain(xml, { validate: true }), HOST, {
          uuid: () => complete.uuid,
          mac: () => '',
        });
        expect(parsed).toEqual(complete);
        expect(formatDomain(parsed)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });
});

interface Node {
  readonly attribute: string | null;
  readonly children: readonly (string | Node)[];
}

function print(name: string, { attribute, children }: Node): string {
  const inside = children.map((child) => (typeof child === 'string' ? escape(child) : print('a', child)));
  return `<${name}${attribute === null ? '' : ` b="${escape(attribute)}"`}>${inside.join('')}</${name}>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/gu, (character) => `&#${character.codePointAt(0)};`);
}
