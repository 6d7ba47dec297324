import type { Blkiotune, Cputune, DomainDefinition, MemoryBacking, Memtune, Numatune } from 'virtainer';
import { domainXml } from '../unit/definition/documents.js';
import { having, xmlWith, type Mistake } from './mistake.js';

const blkiotune = (value: Blkiotune): DomainDefinition => having({ blkiotune: value });
const cputune = (value: Cputune): DomainDefinition => having({ cputune: value });
const memoryBacking = (value: MemoryBacking): DomainDefinition => having({ memoryBacking: value });
const memtune = (value: Memtune): DomainDefinition => having({ memtune: value });
const numatune = (value: Numatune): DomainDefinition => having({ numatune: value });

export const TUNING_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'the weight of a device without its path',
    // @ts-expect-error path is required
    typed: blkiotune({ devices: [{ weight: 100 }] }),
    typedFailure: /^XML_ERROR .*<path> of <device> in <blkiotune>/,
    xml: xmlWith('<blkiotune><device><weight>100</weight></device></blkiotune>'),
    xmlFailure: /^XML_ERROR .*<path> of <device> in <blkiotune>/,
  },
  {
    mistake: 'a limit of a device in a unit that does not exist',
    // @ts-expect-error the unit is in the name
    typed: blkiotune({ devices: [{ path: '/dev/vda', readKiBSec: 5 }] }),
    typedFailure: /^INVALID_ARG unknown property 'readKiBSec' in domain\.blkiotune\.devices\[0\]$/,
    xml: xmlWith(`<blkiotune><device><path>/dev/vda</path>
      <read_kib_sec>5</read_kib_sec></device></blkiotune>`),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <read_kib_sec> in <device>/,
  },
  {
    mistake: 'a weight as a text',
    // @ts-expect-error a number, no text
    typed: blkiotune({ weight: 'high' }),
    typedFailure: /^INVALID_ARG domain\.blkiotune\.weight must be a number/,
    xml: xmlWith('<blkiotune><weight>high</weight></blkiotune>'),
    xmlFailure: /^XML_ERROR <weight> .*'high'/,
  },
  {
    mistake: 'a memory limit in the wrong unit',
    // @ts-expect-error the unit is in the name
    typed: memtune({ hardLimitMiB: 5 }),
    typedFailure: /^INVALID_ARG unknown property 'hardLimitMiB' in domain\.memtune$/,
    xml: xmlWith("<memtune><hard_limit unit='MBit'>5</hard_limit></memtune>"),
    xmlFailure: /^XML_ERROR <hard_limit> .*unknown unit 'MBit'/,
  },
  {
    mistake: 'a memory limit without end as a word',
    // @ts-expect-error a number, no text
    typed: memtune({ hardLimitKiB: 'unlimited' }),
    typedFailure: /^INVALID_ARG domain\.memtune\.hardLimitKiB must be a number/,
    xml: xmlWith('<memtune><hard_limit>unlimited</hard_limit></memtune>'),
    xmlFailure: /^XML_ERROR <hard_limit> .*'unlimited'/,
  },
  {
    mistake: 'a memory limit that does not exist',
    // @ts-expect-error no such property
    typed: memtune({ swapKiB: 5 }),
    typedFailure: /^INVALID_ARG unknown property 'swapKiB' in domain\.memtune$/,
    xml: xmlWith('<memtune><swap>5</swap></memtune>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <swap> in <memtune>/,
  },
  {
    mistake: 'a period in the wrong unit',
    // @ts-expect-error the unit is in the name
    typed: cputune({ periodMs: 100 }),
    typedFailure: /^INVALID_ARG unknown property 'periodMs' in domain\.cputune$/,
    xml: xmlWith("<cputune><period unit='ms'>100000</period></cputune>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'unit' of <period>/,
  },
  {
    mistake: 'a pin without its CPU',
    // @ts-expect-error vcpu is required
    typed: cputune({ vcpupins: [{ cpuset: '0' }] }),
    typedFailure: /^XML_ERROR Missing attribute 'vcpu' in element <vcpupin>/,
    xml: xmlWith("<cputune><vcpupin cpuset='0'/></cputune>"),
    xmlFailure: /^XML_ERROR Missing attribute 'vcpu' in element <vcpupin>/,
  },
  {
    mistake: 'CPUs as a list of numbers',
    // @ts-expect-error a text, no list
    typed: cputune({ emulatorpin: [0, 1] }),
    typedFailure: /^INVALID_ARG domain\.cputune\.emulatorpin must be a string/,
    xml: xmlWith("<cputune><emulatorpin cpuset='0 to 1'/></cputune>"),
    xmlFailure: /^INVALID_ARG .*'0 to 1'/,
  },
  {
    mistake: 'a scheduler that does not exist',
    // @ts-expect-error not in the list
    typed: cputune({ emulatorsched: { scheduler: 'deadline' } }),
    typedFailure: /^XML_ERROR unknown value for attribute 'scheduler' of <emulatorsched> 'deadline'/,
    xml: xmlWith("<cputune><emulatorsched scheduler='deadline'/></cputune>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'scheduler' of <emulatorsched> 'deadline'/,
  },
  {
    mistake: 'a real-time scheduler without priority',
    // @ts-expect-error priority is required
    typed: cputune({ vcpuscheds: [{ scheduler: 'fifo', vcpus: '0' }] }),
    typedFailure: /^XML_ERROR .*'priority' of <vcpusched>/,
    xml: xmlWith("<cputune><vcpusched scheduler='fifo' vcpus='0'/></cputune>"),
    xmlFailure: /^XML_ERROR .*'priority' of <vcpusched>/,
  },
  {
    mistake: 'a cache type that does not exist',
    // @ts-expect-error not in the list
    typed: cputune({ cachetunes: [{ vcpus: '0', caches: [{ id: 0, level: 3, type: 'l3', sizeKiB: 1 }] }] }),
    typedFailure: /^XML_ERROR unknown value for attribute 'type' of <cache> 'l3'/,
    xml: xmlWith(`<cputune><cachetune vcpus='0'>
      <cache id='0' level='3' type='l3' size='1'/></cachetune></cputune>`),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <cache> 'l3'/,
  },
  {
    mistake: 'a memory policy that does not exist',
    // @ts-expect-error not in the list
    typed: numatune({ memory: { mode: 'bind', nodeset: '0' } }),
    typedFailure: /^CONFIG_UNSUPPORTED .*NUMA memory tuning mode 'bind'/,
    xml: xmlWith("<numatune><memory mode='bind' nodeset='0'/></numatune>"),
    xmlFailure: /^CONFIG_UNSUPPORTED .*NUMA memory tuning mode 'bind'/,
  },
  {
    mistake: 'a memory placement that does not exist',
    // @ts-expect-error not in the list
    typed: numatune({ memory: { placement: 'none' } }),
    typedFailure: /^CONFIG_UNSUPPORTED .*NUMA memory tuning placement mode 'none'/,
    xml: xmlWith("<numatune><memory placement='none'/></numatune>"),
    xmlFailure: /^CONFIG_UNSUPPORTED .*NUMA memory tuning placement mode 'none'/,
  },
  {
    mistake: 'the memory of a cell without its number',
    // @ts-expect-error cellid is required
    typed: numatune({ memnodes: [{ nodeset: '0' }] }),
    typedFailure: /^XML_ERROR .*'memnode'/,
    xml: xmlWith("<numatune><memnode nodeset='0'/></numatune>"),
    xmlFailure: /^XML_ERROR .*'memnode'/,
  },
  {
    mistake: 'memory from a source that does not exist',
    // @ts-expect-error not in the list
    typed: memoryBacking({ source: 'hugetlbfs' }),
    typedFailure: /^XML_ERROR unknown value for domain\.memoryBacking\.source 'hugetlbfs'/,
    xml: xmlWith("<memoryBacking><source type='hugetlbfs'/></memoryBacking>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <source> .*'hugetlbfs'/,
  },
  {
    mistake: 'huge pages without size',
    // @ts-expect-error sizeKiB is required
    typed: memoryBacking({ hugepages: { pages: [{ nodeset: '0' }] } }),
    typedFailure: /^XML_ERROR Missing attribute 'size' in element <page>/,
    xml: xmlWith("<memoryBacking><hugepages><page nodeset='0'/></hugepages></memoryBacking>"),
    xmlFailure: /^XML_ERROR Missing attribute 'size' in element <page>/,
  },
  {
    mistake: 'a placement that does not exist',
    // @ts-expect-error not in the list
    typed: having({ vcpuPlacement: 'dynamic' }),
    typedFailure: /^XML_ERROR unknown value for domain\.vcpuPlacement 'dynamic'/,
    xml: xmlWith("<vcpu placement='dynamic'>1</vcpu>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'placement' of <vcpu> .*'dynamic'/,
  },
  {
    mistake: 'a number of CPUs by the name of its element',
    // @ts-expect-error no such property
    typed: having({ vcpu: 2 }),
    typedFailure: /^INVALID_ARG unknown property 'vcpu' in domain$/,
    xml: domainXml({ rest: "<vcpu count='2'>2</vcpu>" }),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'count' of <vcpu>/,
  },
];
