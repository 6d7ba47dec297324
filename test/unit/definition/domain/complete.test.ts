import { RANDOM } from '../../../../lib/definition/domain/generate.js';
import {
  completeDomain,
  domainRoot,
  formatDomain,
  parseDomain,
  type DomainDefinition,
} from '../../../../lib/definition/domain/index.js';
import { HOST, MINIMAL } from '../documents.js';

const UUID = '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01';
const complete = (part: Partial<DomainDefinition> = {}): ReturnType<typeof completeDomain> =>
  completeDomain({ ...MINIMAL, ...part }, HOST, { ...RANDOM, uuid: () => UUID });

describe('completeDomain()', () => {
  it("fills in libvirt's defaults and the host's facts", () => {
    expect(complete()).toEqual({
      ...MINIMAL,
      uuid: UUID,
      currentMemoryKiB: 1024,
      vcpus: 1,
      vcpuPlacement: 'static',
      os: { ...MINIMAL.os, arch: 'x86_64' },
      clock: { offset: 'utc' },
      onPoweroff: 'destroy',
      onReboot: 'restart',
      onCrash: 'destroy',
      devices: { emulator: HOST.emulator, filesystems: [], consoles: [] },
    });
  });

  it('makes a random version 4 uuid where none is given', () => {
    const [first, second] = [completeDomain(MINIMAL, HOST), completeDomain(MINIMAL, HOST)];
    expect(first.uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    expect(first.uuid).not.toBe(second.uuid);
  });

  it.each<[number | undefined, number]>([
    [undefined, 1024],
    [0, 1024],
    [2048, 1024],
    [512, 512],
  ])('current memory %p of 1024 is %d', (given, expected) => {
    const part = given === undefined ? {} : { currentMemoryKiB: given };
    expect(complete(part).currentMemoryKiB).toBe(expected);
  });

  it('numbers consoles by position, and makes accessmode explicit', () => {
    const { consoles, filesystems } = complete({
      devices: {
        consoles: [{ type: 'pty', port: 5 }, { type: 'pty' }],
        filesystems: [{ type: 'mount', source: '/a', target: '/' }],
      },
    }).devices;
    expect(consoles.map(({ port }) => port)).toEqual([0, 1]);
    expect(filesystems).toEqual([{ type: 'mount', source: '/a', target: '/', accessmode: 'passthrough' }]);
  });

  it('changes nothing in what is complete', () => {
    expect(completeDomain(complete(), HOST)).toEqual(complete());
  });
});

describe('formatDomain()', () => {
  it('prints the id of a running domain and its terminals', () => {
    const domain = complete({
      devices: {
        consoles: [
          { type: 'pty', tty: '/dev/pts/0' },
          { type: 'pty', tty: '/dev/pts/1' },
        ],
      },
    });
    const xml = formatDomain(domain, { id: 1234 });
    expect(xml).toMatch(/^<domain type='lxc' id='1234'>\n/);
    expect(xml).toContain(`
    <console type='pty' tty='/dev/pts/0'>
      <source path='/dev/pts/0'/>
      <target type='lxc' port='0'/>
      <alias name='console0'/>
    </console>
    <console type='pty'>
      <source path='/dev/pts/1'/>
      <target type='lxc' port='1'/>
      <alias name='console1'/>
    </console>
`);
    expect(parseDomain(xml, { validate: true }).devices?.consoles).toEqual([
      { type: 'pty', port: 0 },
      { type: 'pty', port: 1 },
    ]);
  });

  it('escapes what would end an element or attribute', () => {
    const name = `a'"<&>`;
    const domain = complete({ name, os: { ...MINIMAL.os, initenv: [{ name: 'A', value: `'/><x a='\n` }] } });
    expect(parseDomain(formatDomain(domain))).toMatchObject({
      name,
      os: { initenv: [{ value: `'/><x a='\n` }] },
    });
  });
});

describe('domainRoot()', () => {
  it.each(['/', '//', '/.', '/./'])('finds the filesystem with target %s', (target) => {
    const root = { type: 'mount', source: '/a', target } as const;
    const other = { type: 'mount', source: '/b', target: '/.b' } as const;
    expect(domainRoot(complete({ devices: { filesystems: [other, root] } }))).toMatchObject(root);
  });

  it('is undefined without one', () => {
    expect(domainRoot(MINIMAL)).toBeUndefined();
  });
});
