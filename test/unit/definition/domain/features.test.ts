import { CAPABILITIES, keptCapabilities } from '../../../../lib/definition/domain/index.js';

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
