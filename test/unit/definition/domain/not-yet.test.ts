import { parseDomain } from '../../../../lib/definition/domain/index.js';
import { NOT_YET } from '../../../../lib/definition/domain/not-yet.js';
import { domainXml } from '../documents.js';
import { failureOf } from '../failure.js';

const EXAMPLES: readonly [string, string][] = [
  ['maxMemory', "<maxMemory slots='1'>1</maxMemory>"],
  ['blkiotune', '<blkiotune><weight>500</weight></blkiotune>'],
  ['memtune', '<memtune><hard_limit>1</hard_limit></memtune>'],
  ['vcpu cpuset', "<vcpu cpuset='0-1'>2</vcpu>"],
  ['vcpu current', "<vcpu current='1'>2</vcpu>"],
  ['vcpu placement', "<vcpu placement='auto'>2</vcpu>"],
  ['vcpus', '<vcpus/>'],
  ['cputune', '<cputune/>'],
  ['numatune', '<numatune/>'],
  ['cmdline', '<os><cmdline>x</cmdline></os>'],
  ['idmap', "<idmap><uid start='0' target='1' count='1'/></idmap>"],
  ['clock offset', "<clock offset='absolute'/>"],
  ['disk', '<devices><disk/></devices>'],
  ['filesystem type', "<devices><filesystem type='file'/></devices>"],
  ['interface', "<devices>\n<interface type='bridge'/></devices>"],
  ['console type', "<devices><console type='tcp'/></devices>"],
  ['hostdev', '<devices><hostdev/></devices>'],
  ['seclabel', '<seclabel/>'],
  [
    'namespace',
    "<x:namespace xmlns:x='http://libvirt.org/schemas/domain/lxc/1.0'><x:sharenet/></x:namespace>",
  ],
];

describe('what libvirt acts on and this version does not', () => {
  it.each(EXAMPLES)(
    '%s is refused with CONFIG_UNSUPPORTED, naming it and saying what to do',
    (name, rest) => {
      const error = failureOf(() => parseDomain(domainXml({ rest })));
      expect(error).toMatchObject({ code: 'CONFIG_UNSUPPORTED', domain: 'DOMAIN' });
      const [elementName = '', attribute = ''] = name.split(' ');
      expect(error.message).toMatch(`<${elementName}`);
      expect(error.message).toMatch(attribute);
      expect(error.message).toMatch(/not supported by this version \(line \d+\): /);
      expect(error.hint).toBeTruthy();
    },
  );

  it('has an example here for every row of the table', () => {
    expect(EXAMPLES).toHaveLength(NOT_YET.length);
  });

  it('is found in second elements, too', () => {
    const rest = "<devices/><devices><hostdev/></devices><seclabel type='none'/><seclabel type='static'/>";
    expect(failureOf(() => parseDomain(domainXml({ rest }))).message).toMatch('<hostdev>');
    expect(failureOf(() => parseDomain(domainXml({ rest: rest.replace('<hostdev/>', '') }))).message).toMatch(
      "<seclabel type='static'>",
    );
  });

  it.each([
    [
      'of another place',
      '<x><idmap/></x><devices><filesystem><idmap/><source dir="/a"/><target dir="/b"/></filesystem></devices>',
    ],
    ['of another namespace', "<x:idmap xmlns:x='urn:x'/>"],
    [
      'with a value that can be had',
      "<vcpu placement='static'>1</vcpu><seclabel type='none'/><clock offset='utc'/>",
    ],
  ])('is not confused with elements %s', (_, rest) => {
    expect(parseDomain(domainXml({ rest })).name).toBe('web');
  });
});
