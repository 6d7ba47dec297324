import { ElementReader, parseXml } from '../../../../lib/definition/xml/index.js';
import { describeFailure } from '../failure.js';

const read = (text: string): ElementReader => new ElementReader(parseXml(text));

describe('ElementReader', () => {
  it('reads children, attributes and text of libvirt, not those of other namespaces', () => {
    const reader = read(`<a xmlns:p='u' p:b='0' b='1'><p:c>0</p:c><c>1</c><c>2</c>t<d/>u</a>`);
    expect(reader.attribute('b').text()).toBe('1');
    expect(reader.attribute('nothing').text()).toBeUndefined();
    expect(reader.child('c')?.text()).toBe('1');
    expect(reader.child('nothing')).toBeUndefined();
    expect(reader.children('c').map((child) => child.text())).toEqual(['1', '2']);
    expect(reader.text()).toBe('tu');
  });

  it('reads children of the namespace it is asked for, under any prefix', () => {
    const reader = read(
      `<a xmlns:p='u' xmlns:q='v'><c>0</c><p:c>1</p:c><c xmlns='u'>2</c><q:c>3</q:c><p:d/></a>`,
    );
    expect(reader.child('c', 'u')?.text()).toBe('1');
    expect(reader.children('c', 'u').map((child) => child.text())).toEqual(['1', '2']);
    expect(reader.elements('u').map(({ element }) => element.name)).toEqual(['c', 'c', 'd']);
    expect(reader.child('c', 'w')).toBeUndefined();
  });

  it('names element, attribute, line and choices when a word is unknown', () => {
    const attribute = read(`<a>\n<b type='x'/></a>`).child('b')?.attribute('type');
    expect(describeFailure(() => attribute?.oneOf(['on', 'off']))).toBe(
      "XML_ERROR unknown value for attribute 'type' of <b> (line 2) 'x': must be on or off",
    );
    expect(describeFailure(() => read('<a><b>x</b></a>').value('b').oneOf(['only']))).toBe(
      "XML_ERROR unknown value for <b> (line 1) 'x': must be only",
    );
  });

  it.each(['', '-1', '+1', '1e9', '0x10', '1.5', '1 2', '1 KiB', 'NaN', '١'])(
    'refuses the number %j',
    (text) => {
      expect(describeFailure(() => read(`<a><n>${text}</n></a>`).unsignedInteger('n'))).toMatch(
        /^XML_ERROR <n> \(line 1\) is not an unsigned number/,
      );
    },
  );

  it('reads whole numbers exactly, and refuses those that a double does not hold', () => {
    const number = (text: string): number | undefined => read(`<a><n>${text}</n></a>`).unsignedInteger('n');
    expect(['0', ' 8\n', '08', '9007199254740991'].map(number)).toEqual([0, 8, 8, 9007199254740991]);
    expect(number('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['9007199254740992', '18446744073709551616', '9'.repeat(1000)]) {
      expect(describeFailure(() => number(text))).toMatch(/^OVERFLOW <n>/);
    }
  });
});

describe('sizes', () => {
  const size = (text: string, unit?: string): number | undefined =>
    read(`<a><m${unit === undefined ? '' : ` unit='${unit}'`}>${text}</m></a>`).size('m');

  it.each<[string, string | undefined, number]>([
    ['1024', undefined, 1024],
    ['0', 'b', 0],
    ['1', 'b', 1],
    ['1024', 'bytes', 1],
    ['1025', 'byte', 2],
    ['1', 'KB', 1],
    ['2', 'KB', 2],
    ['1000', 'KB', 977],
    ['1', 'K', 1],
    ['1', 'KiB', 1],
    ['1', 'kib', 1],
    ['1', 'MB', 977],
    ['1', 'M', 1024],
    ['1', 'GB', 976563],
    ['1', 'GiB', 1024 ** 2],
    ['1', 'TB', 976562500],
    ['1', 'T', 1024 ** 3],
    ['1', 'PiB', 1024 ** 4],
    ['1', 'PB', 976562500000],
    ['7', 'EiB', 7 * 1024 ** 5],
    ['9', 'EB', 8789062500000000],
    ['9007199254740991', 'KiB', Number.MAX_SAFE_INTEGER],
    ['9223372036854774784', 'bytes', Number.MAX_SAFE_INTEGER],
  ])('%s %s is %d KiB', (text, unit, kib) => {
    expect(size(text, unit)).toBe(kib);
  });

  it.each([
    ['8', 'EiB'],
    ['9007199254740992', 'KiB'],
    ['9223372036854775808', 'b'],
    ['18446744073709551616', 'EB'],
  ])('%s %s overflows', (text, unit) => {
    expect(describeFailure(() => size(text, unit))).toMatch(/^OVERFLOW <m> \(line 1\) is too large/);
  });

  it.each<[string, string | undefined, number]>([
    ['5', undefined, 5],
    ['1', 'KB', 1000],
    ['2', 'MiB', 2 * 1024 ** 2],
    ['9007199254740991', 'bytes', Number.MAX_SAFE_INTEGER],
  ])('%s %s is %d bytes', (text, unit, bytes) => {
    const attribute = unit === undefined ? '' : ` unit='${unit}'`;
    expect(read(`<a><m${attribute}>${text}</m></a>`).sizeBytes('m')).toBe(bytes);
  });

  it('in bytes overflow at what a double counts', () => {
    const huge = read("<a><m unit='PiB'>9</m></a>");
    expect(describeFailure(() => huge.sizeBytes('m'))).toMatch(/^OVERFLOW <m> \(line 1\) is too large/);
  });

  it.each(['', 'Q', 'KiBi', 'kk', '__proto__', 'constructor'])('unit %j is unknown', (unit) => {
    expect(describeFailure(() => size('1', unit))).toBe(`XML_ERROR <m> (line 1): unknown unit '${unit}'`);
  });
});
