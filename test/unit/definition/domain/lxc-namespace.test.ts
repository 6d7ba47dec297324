import { checkDomainDefinition, parseDomain } from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const URI = 'http://libvirt.org/schemas/domain/lxc/1.0';
const inside = (children: string): string =>
  domainXml({ rest: `<lxc:namespace xmlns:lxc='${URI}'>${children}</lxc:namespace>` });
const typed = (lxcNamespace: object): object => ({ ...MINIMAL, lxcNamespace });

describe('<lxc:namespace>', () => {
  it('is read under any prefix, or none', () => {
    const expected = { sharenet: { type: 'netns', value: 'red' } };
    const rests = [
      `<lxc:namespace xmlns:lxc='${URI}'><lxc:sharenet type='netns' value='red'/></lxc:namespace>`,
      `<n:namespace xmlns:n='${URI}'><m:sharenet xmlns:m='${URI}' type='netns' value='red'/></n:namespace>`,
      `<namespace xmlns='${URI}'><sharenet type='netns' value='red'/></namespace>`,
    ];
    for (const rest of rests) {
      expect(parseDomain(domainXml({ rest }), { validate: true }).lxcNamespace).toEqual(expected);
    }
  });

  it('is nothing in another namespace, and where nothing is shared', () => {
    const none = "<lxc:sharenet type='none' value=''/>";
    expect(parseDomain(inside(none))).toEqual(MINIMAL);
    expect(parseDomain(inside(''))).toEqual(MINIMAL);
    expect(checkDomainDefinition(typed({}))).toEqual(MINIMAL);
    const rest =
      "<x:namespace xmlns:x='https://libvirt.org/schemas/domain/lxc/1.0'><x:sharenet/></x:namespace>";
    expect(parseDomain(domainXml({ rest }))).toEqual(MINIMAL);
    expect(describeFailure(() => parseDomain(domainXml({ rest }), { validate: true }))).toMatch(
      /^XML_INVALID_SCHEMA/,
    );
  });

  it.each<[string, string, RegExp]>([
    [
      'an unknown namespace',
      "<lxc:sharepid type='pid' value='1'/>",
      /^CONFIG_UNSUPPORTED unsupported Namespace feature: sharepid/,
    ],
    ['no type', "<lxc:sharenet value='1'/>", /^INTERNAL_ERROR No lxc environment type specified/],
    ['no value', "<lxc:sharenet type='pid'/>", /^INTERNAL_ERROR No lxc environment type specified/],
    [
      'an unknown type',
      "<lxc:shareipc type='x' value='1'/>",
      /^INTERNAL_ERROR Unknown LXC namespace source 'x'/,
    ],
  ])('refuses %s', (_, children, expected) => {
    expect(describeFailure(() => parseDomain(inside(children)))).toMatch(expected);
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'netns for shareipc',
      'shareipc',
      'netns',
      'red',
      /^CONFIG_UNSUPPORTED 'netns' namespace source can only be used with sharenet/,
    ],
    ['netns for shareuts', 'shareuts', 'netns', 'red', /^CONFIG_UNSUPPORTED 'netns' namespace source/],
    ['an empty value', 'sharenet', 'name', '', /^INTERNAL_ERROR .*No lxc environment type specified/],
    [
      'a path as a name',
      'sharenet',
      'netns',
      '../../proc/1/ns/net',
      /^XML_ERROR <lxc:sharenet type='netns'>: value .* is not a name/,
    ],
    ['a directory as a name', 'sharenet', 'netns', '..', /^XML_ERROR .* is not a name/],
    ['a word as a process', 'shareuts', 'pid', 'self', /^XML_ERROR .* is not a process id/],
    ['process 0', 'shareuts', 'pid', '0', /^XML_ERROR .* is not a process id/],
    ['a process beyond any', 'shareuts', 'pid', '2147483648', /^XML_ERROR .* is not a process id/],
  ])('refuses %s in both forms', (_, kind, type, value, expected) => {
    expect(
      describeFailure(() => parseDomain(inside(`<lxc:${kind} type='${type}' value='${value}'/>`))),
    ).toMatch(expected);
    expect(describeFailure(() => checkDomainDefinition(typed({ [kind]: { type, value } })))).toMatch(
      expected,
    );
  });
});
