import {
  checkDomainDefinition,
  completeDomain,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';
const parse = (rest: string): unknown => parseDomain(domainXml({ rest }));

describe('<genid>', () => {
  it('is a uuid like the other', () => {
    expect(parse(`<genid>${UUID.replaceAll('-', '').toUpperCase()}</genid>`)).toEqual({
      ...MINIMAL,
      genid: UUID,
    });
  });

  it('that is empty asks for a new one, which is made once', () => {
    expect(parse('<genid/>')).toEqual({ ...MINIMAL, genid: '' });
    const generate = { uuid: () => UUID, mac: () => '' };
    const complete = completeDomain({ ...MINIMAL, genid: '' }, HOST, generate);
    expect(complete.genid).toBe(UUID);
    expect(completeDomain(complete, HOST).genid).toBe(UUID);
    expect(completeDomain(MINIMAL, HOST)).not.toHaveProperty('genid');
  });

  it('refuses a second one, and what is no uuid', () => {
    expect(describeFailure(() => parse('<genid/><genid/>'))).toBe(
      "XML_ERROR element 'genid' can only appear once",
    );
    expect(describeFailure(() => parse('<genid>x</genid>'))).toBe(
      "INTERNAL_ERROR malformed genid element: 'x'",
    );
    expect(describeFailure(() => checkDomainDefinition({ ...MINIMAL, genid: 'x' }))).toMatch(
      /^INTERNAL_ERROR malformed genid/,
    );
  });
});

describe('what a container is told, and what happens to it', () => {
  it('has a command line; machine and tables are kept', () => {
    const os = `<os><type machine='pc'>exe</type><init>/a</init><cmdline>a b</cmdline><smbios mode='host'/></os>`;
    const expected = { type: 'exe', machine: 'pc', init: '/a', cmdline: 'a b', smbiosMode: 'host' };
    expect(parseDomain(domainXml({ os })).os).toEqual(expected);
    expect(checkDomainDefinition({ ...MINIMAL, os: expected }).os).toEqual(expected);
  });

  it('refuses an unknown smbios mode', () => {
    const os = "<os><type>exe</type><init>/a</init><smbios mode='x'/></os>";
    expect(describeFailure(() => parseDomain(domainXml({ os })))).toMatch(
      /^CONFIG_UNSUPPORTED unknown smbios mode 'x'/,
    );
  });

  it('keeps what happens when a lease is lost, without a default', () => {
    expect(parse('<on_lockfailure>pause</on_lockfailure>')).toEqual({ ...MINIMAL, onLockfailure: 'pause' });
    expect(completeDomain(MINIMAL, HOST)).not.toHaveProperty('onLockfailure');
    expect(describeFailure(() => parse('<on_lockfailure>x</on_lockfailure>'))).toMatch(
      /^XML_ERROR unknown value for <on_lockfailure> \(line 5\) 'x': must be poweroff, restart, pause or ignore/,
    );
  });
});
