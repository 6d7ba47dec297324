import {
  checkDomainDefinition,
  completeDomain,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const parse = (clock: string): unknown => parseDomain(domainXml({ rest: clock }), { validate: true }).clock;
const check = (clock: object): unknown => checkDomainDefinition({ ...MINIMAL, clock }).clock;

describe('<clock>', () => {
  it.each<[string, object]>([
    ['<clock/>', { offset: 'utc' }],
    ["<clock offset='localtime' adjustment='reset'/>", { offset: 'localtime', adjustment: 'reset' }],
    ["<clock offset='utc' adjustment='-5'/>", { offset: 'variable', adjustmentSeconds: -5, basis: 'utc' }],
    [
      "<clock offset='localtime' adjustment='5'/>",
      { offset: 'variable', adjustmentSeconds: 5, basis: 'localtime' },
    ],
    ["<clock offset='timezone' timezone='Asia/Tokyo'/>", { offset: 'timezone', timezone: 'Asia/Tokyo' }],
    ["<clock offset='absolute' start='0'/>", { offset: 'absolute', startEpochSeconds: 0 }],
  ])('%s is the same in both forms', (xml, typed) => {
    expect(parse(xml)).toEqual(typed);
    expect(check(typed)).toEqual(typed);
  });

  it('is completed: utc, and no adjustment of utc', () => {
    expect(completeDomain(MINIMAL, HOST).clock).toEqual({ offset: 'utc' });
    expect(completeDomain({ ...MINIMAL, clock: { offset: 'variable' } }, HOST).clock).toEqual({
      offset: 'variable',
      adjustmentSeconds: 0,
      basis: 'utc',
    });
  });

  it('keeps timers, without what libvirt does not print', () => {
    const timers = `<timer name='rtc' track='wall' present='no' frequency='5' mode='auto'><catchup slew='0' limit='2'/></timer>
      <timer name='tsc' frequency='5' mode='smpsafe'/><timer name='tsc' frequency='0'><catchup/></timer>`;
    expect(parse(`<clock offset='utc'>${timers}</clock>`)).toEqual({
      offset: 'utc',
      timers: [
        { name: 'rtc', present: false, track: 'wall', catchup: { limit: 2 } },
        { name: 'tsc', frequencyHz: 5, mode: 'smpsafe' },
        { name: 'tsc' },
      ],
    });
  });

  it.each<[string, string, object, RegExp]>([
    [
      'an unknown offset',
      "<clock offset='x'/>",
      { offset: 'x' },
      /^CONFIG_UNSUPPORTED unknown clock offset 'x'/,
    ],
    [
      'an unknown basis',
      "<clock offset='variable' basis='x'/>",
      { offset: 'variable', basis: 'x' },
      /^CONFIG_UNSUPPORTED unknown clock basis 'x'/,
    ],
    [
      'no timezone',
      "<clock offset='timezone'/>",
      { offset: 'timezone' },
      /^INTERNAL_ERROR missing 'timezone' attribute/,
    ],
    [
      'no start',
      "<clock offset='absolute'/>",
      { offset: 'absolute' },
      /^INTERNAL_ERROR missing 'start' attribute/,
    ],
    [
      'a timer without name',
      '<clock><timer/></clock>',
      { offset: 'utc', timers: [{}] },
      /^XML_ERROR missing attribute 'name' of <timer>/,
    ],
    [
      'an unknown timer',
      "<clock><timer name='x'/></clock>",
      { offset: 'utc', timers: [{ name: 'x' }] },
      /^XML_ERROR unknown value for .* 'x': must be platform, pit/,
    ],
    [
      'an unknown tickpolicy',
      "<clock><timer name='pit' tickpolicy='x'/></clock>",
      { offset: 'utc', timers: [{ name: 'pit', tickpolicy: 'x' }] },
      /^XML_ERROR unknown value for .* 'x': must be delay, catchup, merge or discard/,
    ],
    [
      'an adjustment no number holds',
      "<clock offset='variable' adjustment='-9007199254740993'/>",
      { offset: 'variable', adjustmentSeconds: -(2 ** 53) },
      /^OVERFLOW /,
    ],
  ])('refuses %s in both forms', (_, xml, typed, expected) => {
    expect(describeFailure(() => parse(xml))).toMatch(expected);
    expect(describeFailure(() => check(typed))).toMatch(expected);
  });

  it('refuses an adjustment that is no number', () => {
    expect(describeFailure(() => parse("<clock adjustment='x'/>"))).toMatch(
      /^XML_ERROR attribute 'adjustment' of <clock>/,
    );
  });

  it('refuses properties of another kind of clock', () => {
    expect(describeFailure(() => check({ offset: 'utc', timezone: 'UTC' }))).toBe(
      "INVALID_ARG unknown property 'timezone' in domain.clock",
    );
    expect(describeFailure(() => check({}))).toBe('INVALID_ARG domain.clock.offset is missing');
  });
});
