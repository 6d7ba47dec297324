import { linesOf, parsed, printed, refusals, type Refused } from './tuning.js';

const appid = (text: string): string => `<resource><fibrechannel appid='${text}'/></resource>`;
const named = (fibrechannelAppid: string): object => ({ resource: { fibrechannelAppid } });

describe('resource', () => {
  it("is printed in libvirt's order", () => {
    const resource = { fibrechannelAppid: 'vm 1', partition: '/machine/web' };
    expect(linesOf(printed({ resource }), 'resource')).toEqual([
      '<resource>',
      '<partition>/machine/web</partition>',
      "<fibrechannel appid='vm 1'/>",
      '</resource>',
    ]);
  });

  it('takes a name of 1 to 128 characters', () => {
    for (const name of ['a', 'a'.repeat(128)]) {
      expect(parsed(appid(name)).resource).toEqual({ fibrechannelAppid: name });
    }
  });

  it.each<Refused>([
    [
      'an empty name',
      appid(''),
      named(''),
      /^INVALID_ARG Fibre Channel 'appid' string length must be between/,
    ],
    [
      'a long name',
      appid('a'.repeat(129)),
      named('a'.repeat(129)),
      /^INVALID_ARG Fibre Channel 'appid' string/,
    ],
    [
      'a name that can not be printed',
      appid('é'),
      named('é'),
      /^INVALID_ARG .* is not a printable string: 'é'/,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });
});
