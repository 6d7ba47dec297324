import { checkDomainDefinition, parseDomain } from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const parse = (rest: string): unknown => parseDomain(domainXml({ rest }), { validate: true }).seclabels;
const check = (...seclabels: object[]): unknown => checkDomainDefinition({ ...MINIMAL, seclabels }).seclabels;

describe('<seclabel>', () => {
  it.each<[string, object]>([
    ['<seclabel/>', { type: 'dynamic' }],
    ["<seclabel model='none' relabel='yes'/>", { type: 'none', model: 'none' }],
    ["<seclabel type='none' relabel='no'/>", { type: 'none' }],
    [
      "<seclabel type='dynamic' model='selinux' relabel='yes'><baselabel>b</baselabel></seclabel>",
      { type: 'dynamic', model: 'selinux', baselabel: 'b' },
    ],
    [
      "<seclabel type='static' model='dac'><label>0:0</label></seclabel>",
      { type: 'static', model: 'dac', label: '0:0' },
    ],
    [
      "<seclabel type='static' model='dac' relabel='yes'><label>0:0</label></seclabel>",
      { type: 'static', model: 'dac', label: '0:0', relabel: true },
    ],
  ])('%s is the same in both forms', (xml, typed) => {
    expect(parse(xml)).toEqual([typed]);
    expect(check(typed)).toEqual([typed]);
  });

  it('labels made at a start are not part of the definition, but may be put into it', () => {
    const live = `<seclabel type='dynamic' model='selinux' relabel='yes'><label>a</label><imagelabel>b</imagelabel></seclabel>`;
    expect(parse(live)).toEqual([{ type: 'dynamic', model: 'selinux' }]);
    const typed = { type: 'dynamic', model: 'selinux', label: 'a', imagelabel: 'b' };
    expect(check(typed)).toEqual([typed]);
  });

  it.each<[string, string, object[], RegExp]>([
    [
      'an unknown type',
      "<seclabel type='x'/>",
      [{ type: 'x' }],
      /^XML_ERROR unknown value for .*type.* 'x': must be none, dynamic or static/,
    ],
    [
      'a dynamic label without relabeling',
      "<seclabel relabel='no'/>",
      [{ type: 'dynamic', relabel: false }],
      /^CONFIG_UNSUPPORTED dynamic label type must use resource relabeling/,
    ],
    [
      'relabeling without a label',
      "<seclabel type='none' relabel='yes'/>",
      [{ type: 'none', relabel: true }],
      /^CONFIG_UNSUPPORTED resource relabeling is not compatible with 'none' label type/,
    ],
    [
      'a static label that is missing',
      "<seclabel type='static' model='dac'/>",
      [{ type: 'static', model: 'dac' }],
      /^XML_ERROR security label is missing/,
    ],
    [
      'a static label without model',
      "<seclabel type='static'><label>a</label></seclabel>",
      [{ type: 'static', label: 'a' }],
      /^XML_ERROR missing security model in domain seclabel/,
    ],
    [
      'a base label without model',
      '<seclabel><baselabel>a</baselabel></seclabel>',
      [{ type: 'dynamic', baselabel: 'a' }],
      /^XML_ERROR missing security model in domain seclabel/,
    ],
    [
      'an odd model',
      "<seclabel model='a b'/>",
      [{ type: 'dynamic', model: 'a b' }],
      /^XML_ERROR <seclabel model='a b'>/,
    ],
    [
      'a model twice',
      "<seclabel model='dac'/><seclabel type='none' model='dac'/>",
      [
        { type: 'dynamic', model: 'dac' },
        { type: 'none', model: 'dac' },
      ],
      /^XML_DETAIL seclabel for model 'dac' is already provided/,
    ],
    [
      'several without model',
      "<seclabel model='dac'/><seclabel type='none'/>",
      [{ type: 'dynamic', model: 'dac' }, { type: 'none' }],
      /^XML_ERROR missing security model when using multiple labels/,
    ],
    [
      'a long label',
      `<seclabel type='static' model='dac'><label>${'é'.repeat(2049)}</label></seclabel>`,
      [{ type: 'static', model: 'dac', label: 'é'.repeat(2049) }],
      /^XML_ERROR <label> of <seclabel> is longer than 4096 bytes/,
    ],
  ])('refuses %s in both forms', (_, xml, typed, expected) => {
    expect(describeFailure(() => parse(xml))).toMatch(expected);
    expect(describeFailure(() => check(...typed))).toMatch(expected);
  });
});

it.each(['dynamic', 'static'])(
  'a typed label of type %s for no module is refused: it would be lost',
  (type) => {
    expect(describeFailure(() => check({ type, model: 'none', label: 'x' }))).toMatch(
      /^XML_ERROR <seclabel type='\w+' model='none'>/,
    );
  },
);
