import {
  CAPABILITIES,
  checkDomainDefinition,
  keptCapabilities,
  parseDomain,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const DANGEROUS = ['sys_module', 'sys_time', 'mknod', 'audit_control', 'mac_admin'];

describe('keptCapabilities()', () => {
  it('knows the 41 capabilities of Linux by number', () => {
    expect(CAPABILITIES).toHaveLength(41);
    expect(new Set(CAPABILITIES).size).toBe(41);
    expect([CAPABILITIES[0], CAPABILITIES[21], CAPABILITIES[40]]).toEqual([
      'chown',
      'sys_admin',
      'checkpoint_restore',
    ]);
  });

  it('keeps all but the five dangerous ones without a feature, and with policy default', () => {
    const kept = CAPABILITIES.filter((name) => !DANGEROUS.includes(name));
    expect(keptCapabilities(undefined)).toEqual(kept);
    expect(keptCapabilities({ policy: 'default' })).toEqual(kept);
  });

  it('policy default gives what is on and takes what is off', () => {
    const kept = keptCapabilities({ policy: 'default', states: { mknod: 'on', kill: 'off', chown: 'on' } });
    expect(kept).toContain('mknod');
    expect(kept).toContain('chown');
    expect(kept).not.toContain('kill');
    expect(kept).toHaveLength(36);
  });

  it('policy allow keeps all but what is off', () => {
    expect(keptCapabilities({ policy: 'allow' })).toEqual(CAPABILITIES);
    expect(keptCapabilities({ policy: 'allow', states: { bpf: 'off', kill: 'on' } })).toHaveLength(40);
  });

  it('policy deny keeps what is on, in the order of the kernel', () => {
    expect(keptCapabilities({ policy: 'deny' })).toEqual([]);
    expect(keptCapabilities({ policy: 'deny', states: { perfmon: 'on', chown: 'on', kill: 'off' } })).toEqual(
      ['chown', 'perfmon'],
    );
  });
});

describe('<features>', () => {
  const parse = (inside: string): unknown =>
    parseDomain(domainXml({ rest: `<features>${inside}</features>` })).features;
  const check = (features: object): unknown => checkDomainDefinition({ ...MINIMAL, features }).features;

  it('are on where they are written without a state', () => {
    const on = { acpi: true, pae: true, hap: true, pmu: true, asyncTeardown: true };
    expect(parse('<acpi/><pae/><hap/><pmu/><async-teardown/>')).toEqual(on);
    expect(check(on)).toEqual(on);
  });

  it('may be off, where that can be written; otherwise off is absent', () => {
    const off = { hap: false, nestedHv: false, asyncTeardown: false };
    expect(parse("<hap state='off'/><nested-hv state='off'/><async-teardown enabled='no'/>")).toEqual(off);
    expect(check({ ...off, acpi: false, privnet: false })).toEqual(off);
    expect(check({ acpi: false })).toBeUndefined();
  });

  it('take the last of several, as libvirt does', () => {
    expect(parse("<ras state='on'/><ras state='off'/>")).toEqual({ ras: false });
  });

  it('with parts of their own are kept', () => {
    expect(parse("<kvm><hidden state='on'/></kvm><apic eoi='on'/>")).toEqual({
      kept: ["<apic eoi='on'/>", "<kvm><hidden state='on'/></kvm>"],
    });
  });

  it.each<[string, string, RegExp]>([
    ['an unknown one', '<magic/>', /^CONFIG_UNSUPPORTED unexpected feature 'magic'/],
    ['one that needs a state', '<htm/>', /^XML_ERROR missing attribute 'state' of <htm>/],
    ['an unknown state', "<pmu state='x'/>", /^XML_ERROR unknown value for attribute 'state' of <pmu>/],
  ])('refuse %s', (_, inside, expected) => {
    expect(describeFailure(() => parse(inside))).toMatch(expected);
  });

  it('refuse what is no switch in a typed definition', () => {
    expect(describeFailure(() => check({ acpi: 'on' }))).toMatch(/^INVALID_ARG domain\.features\.acpi/);
    expect(describeFailure(() => check({ magic: true }))).toMatch(/^INVALID_ARG unknown property 'magic'/);
    expect(describeFailure(() => check({ kept: ['<acpi/>'] }))).toMatch(/^XML_ERROR .*<acpi> is not one of/);
  });
});
