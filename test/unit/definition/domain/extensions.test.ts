import {
  checkDomainDefinition,
  completeDomain,
  EXTENSIONS_NAMESPACE,
  formatDomain,
  getMetadataElement,
  parseDomain,
  setMetadataElement,
  type CompleteDomain,
  type DomainDefinition,
  type Extensions,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const metadata = (inside: string): string => domainXml({ rest: `<metadata>${inside}</metadata>` });
const root = (inside: string, prefix = 'virtainer'): string =>
  `<${prefix}:domain xmlns:${prefix}='${EXTENSIONS_NAMESPACE}'>${inside}</${prefix}:domain>`;
/** Elements are written without prefix: ours is the default namespace inside. */
const own = (inside: string): string =>
  metadata(`<domain xmlns='${EXTENSIONS_NAMESPACE}'>${inside}</domain>`);
const typed = (extensions: object): DomainDefinition => checkDomainDefinition({ ...MINIMAL, extensions });
const print = (definition: DomainDefinition): string => formatDomain(completeDomain(definition, HOST));

describe('extensions', () => {
  const ALL: Extensions = {
    reaper: true,
    security: { kind: 'chroot' },
    userNamespace: { mode: 'none', insecure: true },
    seccomp: { profile: 'default' },
    noNewPrivs: false,
    maskedPaths: { defaults: false },
    readonlyPaths: { paths: ['/proc/a b'] },
    pids: { limit: 'unlimited' },
    rlimits: [{ name: 'rttime', soft: 1, hard: 'unlimited' }],
    resourceView: { mode: 'container' },
    timeOffsets: { boottime: { seconds: -1 } },
    restart: { policy: 'always', delayMs: 0 },
    health: { command: ['/bin/true', '', 'a<b'] },
    image: { reference: 'oci:/srv/x' },
    ports: [{ hostPort: 1, containerPort: 65535 }],
  };

  it('in both forms are the same, and printed under one prefix', () => {
    const definition = typed(ALL);
    expect(definition.extensions).toEqual(ALL);
    const xml = print(definition);
    expect(xml).toContain(
      `  <metadata>\n    <virtainer:domain xmlns:virtainer='${EXTENSIONS_NAMESPACE}'>\n      <virtainer:reaper/>\n`,
    );
    expect(parseDomain(xml, { validate: true }).extensions).toEqual(ALL);
    expect(print(parseDomain(xml))).toBe(xml);
  });

  it.each([
    ['any prefix', metadata(root('<p:pids limit="5"/>', 'p'))],
    ['the default namespace', own("<pids limit='5'/>")],
    [
      'a prefix declared outside',
      domainXml({
        attributes: `type='lxc' xmlns:x='${EXTENSIONS_NAMESPACE}'`,
        rest: "<metadata><x:domain><x:pids limit='5'/></x:domain></metadata>",
      }),
    ],
    ['comments and white space', own("\n <!-- c -->\n <pids limit='5'>\n </pids>")],
  ])('are read with %s', (_, xml) => {
    expect(parseDomain(xml)).toEqual({ ...MINIMAL, extensions: { pids: { limit: 5 } } });
  });

  it('stand beside the metadata of others, which stays as it is', () => {
    const other = `<a:b xmlns:a='urn:a'/>`;
    const definition = parseDomain(metadata(root('<virtainer:reaper/>') + other));
    expect(definition).toEqual({ ...MINIMAL, metadata: [other], extensions: { reaper: true } });
    expect(parseDomain(print(definition))).toMatchObject({ metadata: [other], extensions: { reaper: true } });
  });

  it('that have no effect are left out', () => {
    expect(parseDomain(own('<timeOffsets/><maskedPaths defaults="yes"/>'))).toEqual(MINIMAL);
    expect(
      typed({ reaper: false, ports: [], rlimits: [], readonlyPaths: { paths: [], defaults: true } }),
    ).toEqual(MINIMAL);
  });

  it('are frozen, with all that is inside', () => {
    const { extensions } = typed(ALL);
    expect(Object.isFrozen(extensions)).toBe(true);
    for (const part of Object.values(extensions ?? {})) expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(extensions?.health?.command)).toBe(true);
  });

  it('have addresses in their shortest form', () => {
    const port = { hostPort: 80, containerPort: 80 };
    expect(typed({ ports: [{ ...port, hostAddress: '2001:DB8:0:0::1' }] }).extensions).toEqual({
      ports: [{ ...port, hostAddress: '2001:db8::1' }],
    });
  });

  it.each([
    [
      'another element beside it',
      root('') + `<p:other xmlns:p='${EXTENSIONS_NAMESPACE}'/>`,
      /^XML_ERROR .*more than one/,
    ],
    [
      'another root',
      `<p:pids xmlns:p='${EXTENSIONS_NAMESPACE}'/>`,
      /^CONFIG_UNSUPPORTED unknown element <virtainer:pids>/,
    ],
  ])('are refused with %s', (_, inside, message) => {
    expect(describeFailure(() => parseDomain(metadata(inside)))).toMatch(message);
  });

  it.each([
    [
      '<domain>',
      `<v:pids xmlns:v='${EXTENSIONS_NAMESPACE}' limit='5'/>`,
      /<v:pids> must be in <virtainer:domain>/,
    ],
    ['<features>', `<features><v:pids xmlns:v='${EXTENSIONS_NAMESPACE}'/></features>`, /<v:pids> must be in/],
    [
      'an attribute',
      `<features xmlns:v='${EXTENSIONS_NAMESPACE}' v:pids='5'/>`,
      /attribute 'v:pids' must be in/,
    ],
    [
      'a second <metadata>',
      `<metadata>${root('')}</metadata><metadata>${root('')}</metadata>`,
      /more than one/,
    ],
  ])('are refused in %s, where libvirt would ignore them', (_, rest, message) => {
    const failure = describeFailure(() => parseDomain(domainXml({ rest })));
    expect(failure).toMatch(/^XML_ERROR /);
    expect(failure).toMatch(message);
  });

  it('are read in a second <metadata>, too', () => {
    const rest = `<metadata/><metadata>${root('<virtainer:reaper/>')}</metadata>`;
    expect(parseDomain(domainXml({ rest })).extensions).toEqual({ reaper: true });
  });

  it('inside the element of somebody else are theirs', () => {
    const theirs = `<a:b xmlns:a='urn:a'><p:pids xmlns:p='${EXTENSIONS_NAMESPACE}'/></a:b>`;
    expect(parseDomain(metadata(theirs))).toEqual({ ...MINIMAL, metadata: [theirs] });
  });

  it.each([
    [
      'an unknown element',
      '<pid limit="5"/>',
      /^CONFIG_UNSUPPORTED unknown element <virtainer:pid> in <virtainer:domain>/,
    ],
    [
      'an unknown element inside',
      '<health><arg>a</arg><env/></health>',
      /element <virtainer:env> in <virtainer:health>/,
    ],
    ['an element of libvirt', '<pids xmlns="" limit="5"/>', /^CONFIG_UNSUPPORTED unknown element <pids>/],
    [
      'an unknown attribute',
      '<pids limit="5" max="6"/>',
      /^CONFIG_UNSUPPORTED unknown attribute 'max' of <virtainer:pids>/,
    ],
    [
      'an attribute of the root',
      null,
      /^CONFIG_UNSUPPORTED unknown attribute 'version' of <virtainer:domain>/,
    ],
    [
      'an attribute in the namespace',
      `<p:pids xmlns:p='${EXTENSIONS_NAMESPACE}' p:limit='5'/>`,
      /^CONFIG_UNSUPPORTED unknown attribute 'p:limit' of <virtainer:pids>/,
    ],
    [
      'the same element twice',
      '<pids limit="5"/><pids limit="6"/>',
      /^XML_ERROR more than one <virtainer:pids>/,
    ],
    ['text in an element', '<reaper>no</reaper>', /^XML_ERROR unexpected text in <virtainer:reaper>/],
    ['text in the root', 'no', /^XML_ERROR unexpected text in <virtainer:domain>/],
    ['an attribute of a presence', "<reaper state='off'/>", /^CONFIG_UNSUPPORTED unknown attribute 'state'/],
  ])('are refused with %s, also without validation', (_, inside, message) => {
    const xml =
      inside === null ? metadata(`<domain xmlns='${EXTENSIONS_NAMESPACE}' version='2'/>`) : own(inside);
    expect(describeFailure(() => parseDomain(xml))).toMatch(message);
    expect(describeFailure(() => parseDomain(xml, { validate: true }))).toMatch(message);
  });
});

describe('published ports', () => {
  const port = (hostPort: number, rest: object = {}): object => ({ hostPort, containerPort: 80, ...rest });

  it.each([
    ['different ports', port(80), port(81)],
    ['different protocols', port(80), port(80, { protocol: 'udp' })],
    ['different addresses', port(80, { hostAddress: '10.0.0.1' }), port(80, { hostAddress: '10.0.0.2' })],
    ['every address of two families', port(80, { hostAddress: '0.0.0.0' }), port(80, { hostAddress: '::' })],
    ['rows next to each other', port(80, { count: 10 }), port(90)],
  ])('may have %s', (_, ...ports) => {
    expect(typed({ ports }).extensions?.ports).toHaveLength(2);
  });

  it.each([
    ['the same port', port(80), port(80)],
    ['one inside a row', port(85), port(80, { count: 10 })],
    ['a row inside a longer one', port(80, { count: 100 }), port(82, { count: 2 })],
    ['one address and all of them', port(80, { hostAddress: '10.0.0.1' }), port(80)],
    ['all of a family and one of it', port(80, { hostAddress: '::' }), port(80, { hostAddress: '::1' })],
    ['one address in two forms', port(80, { hostAddress: '::1' }), port(80, { hostAddress: '0:0::1' })],
  ])('cannot have %s twice', (_, ...ports) => {
    for (const order of [ports, ports.toReversed()]) {
      expect(describeFailure(() => typed({ ports: order }))).toMatch(/^XML_ERROR .*tcp port 8\d of the host/);
    }
  });

  it('are compared with all before them, not only with the last', () => {
    const ports = [port(80, { count: 10 }), port(82, { protocol: 'udp' }), port(85)];
    expect(describeFailure(() => typed({ ports }))).toMatch(/port 85 /);
  });
});

describe('metadata in the namespace of extensions', () => {
  const domain = completeDomain(MINIMAL, HOST);
  const pids: CompleteDomain = { ...domain, extensions: { pids: { limit: 5 } } };

  it('of a typed definition is read as extensions', () => {
    const other = `<a xmlns='urn:a'/>`;
    const definition = checkDomainDefinition({
      ...MINIMAL,
      metadata: [root("<virtainer:pids limit='5'/>"), other],
    });
    expect(definition).toEqual({ ...MINIMAL, metadata: [other], extensions: { pids: { limit: 5 } } });
    const only = checkDomainDefinition({ ...MINIMAL, metadata: [root('')] });
    expect(only).toEqual(MINIMAL);
  });

  it('of a typed definition cannot stand beside extensions', () => {
    const both = { ...MINIMAL, metadata: [root('')], extensions: {} };
    expect(describeFailure(() => checkDomainDefinition(both))).toMatch(
      /^XML_ERROR <metadata> .* beside extensions/,
    );
  });

  it('of a typed definition is checked', () => {
    const wrong = { ...MINIMAL, metadata: [root('<virtainer:pids/>')] };
    expect(describeFailure(() => checkDomainDefinition(wrong))).toMatch(
      /^XML_ERROR missing attribute 'limit'/,
    );
  });

  it('is got without prefix, and can be set again', () => {
    const xml = getMetadataElement(pids, EXTENSIONS_NAMESPACE);
    expect(xml).toBe("<domain>\n  <pids limit='5'/>\n</domain>");
    expect(setMetadataElement(domain, EXTENSIONS_NAMESPACE, 'any', xml ?? null)).toEqual({
      ...domain,
      extensions: pids.extensions,
    });
    expect(getMetadataElement(domain, EXTENSIONS_NAMESPACE)).toBeUndefined();
  });

  it('is replaced, and removed with null, and the rest stays', () => {
    const other = setMetadataElement(pids, 'urn:a', 'a', '<x/>');
    const set = setMetadataElement(other, EXTENSIONS_NAMESPACE, 'v', root('<virtainer:reaper/>'));
    expect(set).toEqual({ ...domain, metadata: other.metadata, extensions: { reaper: true } });
    const removed = setMetadataElement(set, EXTENSIONS_NAMESPACE, 'v', null);
    expect(removed).toEqual({ ...domain, metadata: other.metadata });
  });

  it('is refused when it is not valid', () => {
    const set = (xml: string): string =>
      describeFailure(() => setMetadataElement(domain, EXTENSIONS_NAMESPACE, 'v', xml));
    expect(set('<domain><pids limit="0"/></domain>')).toMatch(
      /^XML_ERROR attribute 'limit' of <virtainer:pids>/,
    );
    expect(set('<domain><secomp/></domain>')).toMatch(
      /^CONFIG_UNSUPPORTED unknown element <virtainer:secomp>/,
    );
    expect(set('<pids limit="5"/>')).toMatch(/^CONFIG_UNSUPPORTED unknown element <virtainer:pids>/);
    expect(set('<domain>')).toMatch(/^XML_ERROR metadata element/);
  });
});
