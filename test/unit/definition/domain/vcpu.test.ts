import { completeDomain } from '../../../../lib/definition/domain/index.js';
import { HOST } from '../documents.js';
import { checked, linesOf, parsed, printed, refusals, refusedXml, type Refused } from './tuning.js';

describe('vcpu', () => {
  it('reads count, cpuset and placement', () => {
    expect(parsed("<vcpu placement='static' cpuset='3,0-1' current='2'>2</vcpu>")).toMatchObject({
      vcpus: 2,
      cpuset: '0-1,3',
      vcpuPlacement: 'static',
    });
  });

  it('is printed with its placement first', () => {
    expect(linesOf(printed({ vcpus: 2, cpuset: '0-3,^2' }), 'vcpu')).toEqual([
      "<vcpu placement='static' cpuset='0-1,3'>2</vcpu>",
    ]);
    expect(linesOf(printed({}), 'vcpu')).toEqual(["<vcpu placement='static'>1</vcpu>"]);
  });

  it('takes a set of all numbers as absent, as libvirt does', () => {
    expect(parsed("<vcpu cpuset='0-16383'>1</vcpu>")).not.toHaveProperty('cpuset');
    expect(checked({ cpuset: '0-16383' })).not.toHaveProperty('cpuset');
  });

  it('ignores a cpuset where the host chooses, as libvirt does', () => {
    expect(parsed("<vcpu placement='auto' cpuset='nonsense'>1</vcpu>")).not.toHaveProperty('cpuset');
    expect(checked({ vcpuPlacement: 'auto', cpuset: '1' })).not.toHaveProperty('cpuset');
  });

  it('lets the host choose memory where it chooses CPUs', () => {
    expect(linesOf(printed({ vcpuPlacement: 'auto' }), 'vcpu', 'numatune')).toEqual([
      "<vcpu placement='auto'>1</vcpu>",
      '<numatune>',
      "<memory mode='strict' placement='auto'/>",
      '</numatune>',
    ]);
  });

  it('lets the host choose CPUs where it chooses memory', () => {
    const auto = { numatune: { memory: { placement: 'auto' } } };
    expect(linesOf(printed(auto), 'vcpu')).toEqual(["<vcpu placement='auto'>1</vcpu>"]);
  });

  it.each<[string, object]>([
    ['a cpuset', { cpuset: '0' }],
    ['a pinned CPU', { cputune: { vcpupins: [{ vcpu: 0, cpuset: '0' }] } }],
    ['a pinned emulator', { cputune: { emulatorpin: '0' } }],
    ['a pinned I/O thread', { cputune: { iothreadpins: [{ iothread: 1, cpuset: '0' }] } }],
  ])('does not let the host choose CPUs where the definition has %s', (_, part) => {
    const definition = checked({ numatune: { memory: { placement: 'auto' } }, ...part });
    expect(completeDomain(definition, HOST).vcpuPlacement).toBe('static');
  });

  it.each<Refused>([
    [
      'an unknown placement',
      "<vcpu placement='there'>1</vcpu>",
      { vcpuPlacement: 'there' },
      /^XML_ERROR unknown value for .*'there': must be static or auto/,
    ],
    [
      'an empty cpuset',
      "<vcpu cpuset='^1'>1</vcpu>",
      { cpuset: '^1' },
      /^CONFIG_UNSUPPORTED Invalid value of 'cpuset': '\^1' in <vcpu>/,
    ],
    [
      'a malformed cpuset',
      "<vcpu cpuset='one'>1</vcpu>",
      { cpuset: 'one' },
      /^INVALID_ARG Failed to parse bitmap 'one': attribute 'cpuset' of <vcpu>/,
    ],
    [
      'a cpuset with CPU 16384',
      "<vcpu cpuset='16384'>1</vcpu>",
      { cpuset: '16384' },
      /^INVALID_ARG Failed to parse bitmap '16384'/,
    ],
    ['no CPU', '<vcpu>0</vcpu>', { vcpus: 0 }, /^XML_ERROR <vcpu> '0' must be between 1 and 16384/],
    ['16385 CPUs', '<vcpu>16385</vcpu>', { vcpus: 16_385 }, /^XML_ERROR <vcpu> '16385'/],
    ['a count that is no number', '<vcpu>many</vcpu>', { vcpus: 'many' }, /^(XML_ERROR|INVALID_ARG) .*vcpu/],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });

  it.each([
    ["<vcpu current='1'>2</vcpu>", "attribute 'current' of <vcpu>"],
    ["<vcpu current='3'>2</vcpu>", "attribute 'current' of <vcpu>"],
    ["<vcpu>1</vcpu><vcpus><vcpu id='0' enabled='yes'/></vcpus>", '<vcpus>'],
  ])('refuses CPUs one by one: %s', (rest, where) => {
    expect(refusedXml(rest)).toBe(
      `CONFIG_UNSUPPORTED individual CPU state configuration is not supported: ${where}`,
    );
  });
});
