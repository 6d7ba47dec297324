/** Capabilities of hosts that are made up of files. */
import { cpus, totalmem } from 'node:os';
import type { HostFacts } from '../../../../lib/definition/domain/index.js';
import { formatCapabilities, type Capabilities } from '../../../../lib/definition/host/index.js';
import { readCapabilities } from '../../../../lib/lxc/host/capabilities.js';
import { HostTree } from '../../../../lib/lxc/host/tree.js';
import { missingSchema, validateAll } from '../../../schema/libvirt-schema.js';
import { cpu, cpuLists, hugePages, node, SMALL_HOST, useHosts, type Files } from './fake-host.js';

const HOST: HostFacts = {
  arch: 'x86_64',
  guestArches: ['x86_64', 'i686'],
  emulator: '/opt/virtainer/controller',
};
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

const TWO_CELLS: Files = {
  ...SMALL_HOST,
  ...cpuLists('0-3'),
  ...cpu(0, { socket: 0, core: 0, siblings: '0' }),
  ...cpu(1, { socket: 0, core: 1, siblings: '1' }),
  ...cpu(2, { socket: 1, core: 0, siblings: '2' }),
  ...cpu(3, { socket: 1, core: 1, siblings: '3' }),
  ...node(0, { cpus: '0-1', memoryKiB: 8192, distance: '10 21' }),
  ...node(1, { cpus: '2-3', memoryKiB: 4096, distance: '21 10' }),
  ...hugePages('sys/kernel/mm/hugepages', { 1048576: 0, 2048: 2 }),
  ...hugePages('sys/devices/system/node/node0/hugepages', { 1048576: 0, 2048: 2 }),
  ...hugePages('sys/devices/system/node/node1/hugepages', { 1048576: 0, 2048: 0 }),
};
const SMT: Files = {
  ...SMALL_HOST,
  ...cpuLists('0-3'),
  ...cpu(0, { core: 0, siblings: '0,2' }),
  ...cpu(1, { core: 1, siblings: '1,3' }),
  ...cpu(2, { core: 0, siblings: '0,2' }),
  ...cpu(3, { core: 1, siblings: '1,3' }),
  ...node(0, { cpus: '0-3', memoryKiB: 1024, distance: '10' }),
};
const NO_NUMA: Files = {
  'sys/devices/system/cpu/online': '0-1\n',
  'sys/devices/system/cpu/present': '0-1\n',
  'proc/meminfo': 'MemTotal:       2048 kB\n',
};

describe('capabilities', () => {
  const host = useHosts();
  const read = (files: Files): Promise<Capabilities> => readCapabilities(HOST, host(files).tree);

  test('of two cells are printed as libvirt prints them', async () => {
    const files = {
      ...TWO_CELLS,
      'sys/power/state': 'freeze mem disk\n',
      'sys/power/disk': '[platform] shutdown reboot suspend\n',
      'sys/kernel/iommu_groups/0/type': 'DMA\n',
      'sys/fs/selinux/enforce': '1\n',
      'etc/selinux/config': '# a comment\nSELINUX=enforcing\nSELINUXTYPE=mls\n',
      'etc/selinux/mls/contexts/lxc_contexts':
        'process = "system_u:system_r:svirt_lxc_net_t:s0"\nfile = "system_u:object_r:f_t:s0"\n',
    };
    expect(formatCapabilities(await read(files))).toBe(`<capabilities>

  <host>
    <uuid>${UUID}</uuid>
    <cpu>
      <arch>x86_64</arch>
      <topology sockets='1' dies='1' cores='2' threads='1'/>
      <pages unit='KiB' size='4'/>
      <pages unit='KiB' size='2048'/>
      <pages unit='KiB' size='1048576'/>
    </cpu>
    <power_management>
      <suspend_mem/>
      <suspend_disk/>
      <suspend_hybrid/>
    </power_management>
    <iommu support='yes'/>
    <topology>
      <cells num='2'>
        <cell id='0'>
          <memory unit='KiB'>8192</memory>
          <pages unit='KiB' size='4'>1024</pages>
          <pages unit='KiB' size='2048'>2</pages>
          <pages unit='KiB' size='1048576'>0</pages>
          <distances>
            <sibling id='0' value='10'/>
            <sibling id='1' value='21'/>
          </distances>
          <cpus num='2'>
            <cpu id='0' socket_id='0' die_id='0' core_id='0' siblings='0'/>
            <cpu id='1' socket_id='0' die_id='0' core_id='1' siblings='1'/>
          </cpus>
        </cell>
        <cell id='1'>
          <memory unit='KiB'>4096</memory>
          <pages unit='KiB' size='4'>1024</pages>
          <pages unit='KiB' size='2048'>0</pages>
          <pages unit='KiB' size='1048576'>0</pages>
          <distances>
            <sibling id='0' value='21'/>
            <sibling id='1' value='10'/>
          </distances>
          <cpus num='2'>
            <cpu id='2' socket_id='1' die_id='0' core_id='0' siblings='2'/>
            <cpu id='3' socket_id='1' die_id='0' core_id='1' siblings='3'/>
          </cpus>
        </cell>
      </cells>
    </topology>
    <secmodel>
      <model>selinux</model>
      <doi>0</doi>
      <baselabel type='lxc'>system_u:system_r:svirt_lxc_net_t:s0</baselabel>
    </secmodel>
  </host>

  <guest>
    <os_type>exe</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/opt/virtainer/controller</emulator>
      <domain type='lxc'/>
    </arch>
  </guest>

  <guest>
    <os_type>exe</os_type>
    <arch name='i686'>
      <wordsize>32</wordsize>
      <emulator>/opt/virtainer/controller</emulator>
      <domain type='lxc'/>
    </arch>
  </guest>

</capabilities>
`);
  });

  test('count the threads of a core as siblings', async () => {
    const { cpu: model, topology } = (await read(SMT)).host;
    expect(model.topology).toEqual({ sockets: 1, dies: 1, cores: 2, threads: 2 });
    expect(topology.cells[0]?.cpus.map(({ siblings }) => siblings)).toEqual([
      [0, 2],
      [1, 3],
      [0, 2],
      [1, 3],
    ]);
    expect(formatCapabilities(await read(SMT))).toContain("core_id='1' siblings='1,3'/>");
  });

  test('leave out a CPU that is offline, and count it in the topology', async () => {
    const { host: found } = await read({ ...SMT, ...cpuLists('0-2', '0-3') });
    expect(found.cpus).toBe(3);
    expect(found.topology.cells[0]?.cpus.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(found.cpu.topology).toEqual({ sockets: 1, dies: 1, cores: 2, threads: 2 });
  });

  test('call CPUs of unequal cores the cores of one socket', async () => {
    const files = { ...SMT, ...cpuLists('0-2'), ...cpu(1, { core: 1, siblings: '1' }) };
    expect((await read(files)).host.cpu.topology).toEqual({ sockets: 1, dies: 1, cores: 3, threads: 1 });
  });

  test('tell the dies of a socket apart', async () => {
    const files = { ...SMT };
    for (const id of [0, 1, 2, 3]) {
      Object.assign(files, cpu(id, { die: id % 2, core: id >> 1, siblings: String(id) }));
    }
    expect((await read(files)).host.cpu.topology).toEqual({ sockets: 1, dies: 2, cores: 2, threads: 1 });
  });

  test('of a host without NUMA have one cell with all memory and CPUs', async () => {
    expect((await read(NO_NUMA)).host).toMatchObject({
      uuid: '00000000-0000-0000-0000-000000000000',
      cpus: 2,
      memoryKiB: 2048,
      topology: {
        cells: [
          {
            id: 0,
            memoryKiB: 2048,
            distances: [],
            pages: [{ sizeKiB: 4, count: 512 }],
            cpus: [
              { id: 0, socketId: 0, dieId: 0, coreId: 0, siblings: [0] },
              { id: 1, socketId: 0, dieId: 0, coreId: 1, siblings: [1] },
            ],
          },
        ],
      },
    });
    expect(formatCapabilities(await read(NO_NUMA))).not.toContain('<distances');
  });

  test('keep the ids of cells that have gaps, and cells without CPUs', async () => {
    const files = {
      ...SMALL_HOST,
      ...node(0, { cpus: '0', memoryKiB: 1024, distance: '10 40' }),
      ...node(8, { cpus: '', memoryKiB: 4096, distance: '40 10' }),
    };
    const { cells } = (await read(files)).host.topology;
    expect(cells).toMatchObject([
      { id: 0, distances: [{ id: 0 }, { id: 8, value: 40 }] },
      { id: 8, cpus: [], memoryKiB: 4096 },
    ]);
  });

  test.each([
    ['freeze\n', '[disabled]\n', []],
    ['freeze mem\n', '', ['suspend_mem']],
    ['mem disk\n', '[disabled]\n', ['suspend_mem']],
    ['mem disk\n', 'platform [shutdown]\n', ['suspend_mem', 'suspend_disk']],
    ['disk\n', '[shutdown] suspend\n', ['suspend_disk']],
  ])('power states %j and %j give %j', async (state, disk, targets) => {
    const files = { ...SMALL_HOST, 'sys/power/state': state, 'sys/power/disk': disk };
    expect((await read(files)).host.powerManagement).toEqual(targets);
  });

  test('take the uuid of the firmware unless it is a placeholder', async () => {
    const uuidWith = async (product_uuid: string): Promise<string> =>
      (await read({ ...SMALL_HOST, 'sys/class/dmi/id/product_uuid': product_uuid })).host.uuid;
    expect(await uuidWith('B5E4F3A2-7C61-4D58-9A0B-1E2D3C4F5A69\n')).toBe(
      'b5e4f3a2-7c61-4d58-9a0b-1e2d3c4f5a69',
    );
    expect(await uuidWith('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n')).toBe(UUID);
    expect(await uuidWith('Not Settable\n')).toBe(UUID);
  });

  test('list AppArmor without a base label, and SELinux without one when the policy has none', async () => {
    const files = {
      ...SMALL_HOST,
      'sys/fs/selinux/enforce': '0\n',
      'sys/module/apparmor/parameters/enabled': 'Y\n',
    };
    expect((await read(files)).host.securityModels).toEqual([
      { model: 'selinux', doi: '0', baselabels: [] },
      { model: 'apparmor', doi: '0', baselabels: [] },
    ]);
    expect((await read(SMALL_HOST)).host.securityModels).toEqual([]);
  });

  test("take the size of a page from the kernel's word to each program", async () => {
    const word = (value: bigint): Buffer => Buffer.from(new BigUint64Array([value]).buffer);
    const vector = Buffer.concat([16n, 1n, 6n, 65536n, 0n, 0n].map(word)).toString('utf8');
    const files = { ...SMALL_HOST, 'proc/self/auxv': vector };
    expect((await read(files)).host.cpu.pageSizesKiB).toEqual([64]);
  });

  test('tell model and vendor as the kernel does', async () => {
    const files = {
      ...SMALL_HOST,
      'proc/cpuinfo': 'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\n',
    };
    expect((await read(files)).host.cpu).toMatchObject({ model: 'AMD EPYC', vendor: 'AuthenticAMD' });
  });

  test('of this host are what Node says of it', async () => {
    const { host: found } = await readCapabilities(HOST, new HostTree());
    expect(found.cpus).toBe(cpus().length);
    expect(found.memoryKiB).toBe(Math.floor(totalmem() / 1024));
    expect(found.topology.cells.flatMap((cell) => cell.cpus)).toHaveLength(cpus().length);
    for (const { memoryKiB, pages } of found.topology.cells) {
      const sum = pages.reduce((total, { sizeKiB, count }) => total + sizeKiB * count, 0);
      expect(memoryKiB - sum).toBeLessThan(found.cpu.pageSizesKiB[0] ?? 0);
    }
  });

  const missing = missingSchema('capability');
  (missing === undefined ? test : test.skip)(
    `fit libvirt's schema${missing === undefined ? '' : ` (${missing})`}`,
    async () => {
      const all = [...(await Promise.all([TWO_CELLS, SMT, NO_NUMA, SMALL_HOST].map(read)))];
      all.push(await readCapabilities(HOST, new HostTree()));
      expect(validateAll('capability', all.map(formatCapabilities))).toEqual(all.map(() => null));
    },
  );
});
