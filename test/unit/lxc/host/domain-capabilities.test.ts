import { CAPABILITIES, CAPABILITIES_POLICIES } from '../../../../lib/definition/domain/index.js';
import { formatDomainCapabilities, type DomainCapabilities } from '../../../../lib/definition/host/index.js';
import type { Hierarchy } from '../../../../lib/lxc/cgroup/hierarchies.js';
import { domainCapabilities } from '../../../../lib/lxc/host/domain-capabilities.js';
import { missingSchema, validateAll } from '../../../schema/libvirt-schema.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64', 'i686'], emulator: '/opt/virtainer/controller' };
const V1: readonly Hierarchy[] = [{ version: 1, controllers: ['memory', 'devices'], mountPoint: '/v1' }];
const V2: readonly Hierarchy[] = [{ version: 2, controllers: [], mountPoint: '/v2' }];
const V2_MEMORY: readonly Hierarchy[] = [{ version: 2, controllers: ['memory'], mountPoint: '/v2' }];

function on(hierarchies: readonly Hierarchy[], arch = 'x86_64'): DomainCapabilities {
  return domainCapabilities(arch, { host: HOST, hierarchies });
}

describe('domain capabilities', () => {
  test("are printed as libvirt's document", () => {
    expect(formatDomainCapabilities(on(V1))).toBe(`<domainCapabilities>
  <path>/opt/virtainer/controller</path>
  <domain>lxc</domain>
  <arch>x86_64</arch>
  <vcpu max='16384'/>
  <iothreads supported='no'/>
  <os supported='yes'>
    <enum name='type'>
      <value>exe</value>
    </enum>
  </os>
  <cpu>
    <mode name='host-passthrough' supported='no'/>
    <mode name='maximum' supported='no'/>
    <mode name='host-model' supported='no'/>
    <mode name='custom' supported='no'/>
  </cpu>
  <memoryBacking supported='no'/>
  <devices>
    <disk supported='yes'>
      <enum name='type'>
        <value>block</value>
      </enum>
    </disk>
    <graphics supported='no'/>
    <video supported='no'/>
    <hostdev supported='yes'>
      <enum name='type'>
        <value>storage</value>
        <value>misc</value>
      </enum>
    </hostdev>
    <rng supported='no'/>
    <filesystem supported='yes'>
      <enum name='type'>
        <value>mount</value>
        <value>bind</value>
        <value>ram</value>
      </enum>
      <enum name='accessmode'>
        <value>passthrough</value>
      </enum>
    </filesystem>
    <tpm supported='no'/>
  </devices>
  <features>
    <gic supported='no'/>
    <vmcoreinfo supported='no'/>
    <genid supported='no'/>
    <backingStoreInput supported='no'/>
    <backup supported='no'/>
    <sev supported='no'/>
  </features>
</domainCapabilities>
`);
  });

  test.each([
    ['the v1 controller', on(V1)],
    ['version 2', on(V2_MEMORY)],
  ])('offer every capability where %s decides about devices', (_name, capabilities) => {
    expect(capabilities.os.supported).toBe(true);
    expect(capabilities.features.capabilities).toEqual({
      policies: CAPABILITIES_POLICIES,
      names: CAPABILITIES,
    });
  });

  test.each([
    ['without a memory controller', on(V2)],
    ['where nothing decides about devices', on([{ version: 1, controllers: ['memory'], mountPoint: '/v1' }])],
    ["of an architecture other than the host's", on(V1, 'i686')],
  ])('%s start nothing', (_name, capabilities) => {
    expect(capabilities.os).toEqual({ supported: false, types: [] });
    expect(formatDomainCapabilities(capabilities)).toContain("<os supported='no'/>");
  });

  const missing = missingSchema('domaincaps');
  (missing === undefined ? test : test.skip)(
    `fit libvirt's schema${missing === undefined ? '' : ` (${missing})`}`,
    () => {
      const all = [on(V1), on(V2), on(V2_MEMORY), on(V1, 'i686')];
      expect(validateAll('domaincaps', all.map(formatDomainCapabilities))).toEqual(all.map(() => null));
    },
  );
});
