import { checkDomainDefinition, parseDomain } from '../../../../../lib/definition/domain/index.js';
import { devicesXml, parseDevice, roundTrip } from '../../devices.js';
import { MINIMAL } from '../../documents.js';
import { describeFailure } from '../../failure.js';

const typed = (...disks: object[]): object => ({ ...MINIMAL, devices: { disks } });
const refused = (xml: string): string => describeFailure(() => parseDomain(devicesXml(xml)));
const block = (inside: string, attributes = ''): string =>
  `<disk type='block' ${attributes}><source dev='/dev/sdf'/>${inside}</disk>`;

describe('<disk>', () => {
  it('is completed with device, bus and the address of its name', () => {
    expect(roundTrip("<disk type='block'><source dev='/dev/sdf'/><target dev='sda'/></disk>")).toBe(
      [
        "<disk type='block' device='disk'>",
        "  <source dev='/dev/sdf'/>",
        "  <target dev='sda' bus='scsi'/>",
        "  <address type='drive' controller='0' bus='0' target='0' unit='0'/>",
        '</disk>',
      ].join('\n'),
    );
  });

  it('of a file is the default, and keeps its driver', () => {
    expect(
      roundTrip("<disk><driver name='loop' type='aio'/><source file='/a.img'/><target dev='vda'/></disk>"),
    ).toBe(
      [
        "<disk type='file' device='disk'>",
        "  <driver name='loop' type='raw'/>",
        "  <source file='/a.img'/>",
        "  <target dev='vda' bus='virtio'/>",
        '</disk>',
      ].join('\n'),
    );
  });

  it.each([
    ['hda', 'ide', "controller='0' bus='0' target='0' unit='0'"],
    ['hdd', 'ide', "controller='0' bus='1' target='0' unit='1'"],
    ['hde', 'ide', "controller='1' bus='0' target='0' unit='0'"],
    ['sdg', 'scsi', "controller='0' bus='0' target='0' unit='6'"],
    ['sdh', 'scsi', "controller='1' bus='0' target='0' unit='0'"],
    ['sdaa', 'scsi', "controller='3' bus='0' target='0' unit='5'"],
  ])('%s is on bus %s at %s', (name, bus, address) => {
    const printed = roundTrip(block(`<target dev='${name}'/>`));
    expect(printed).toContain(`<target dev='${name}' bus='${bus}'/>\n  <address type='drive' ${address}/>`);
  });

  it.each([
    ['vdb', 'virtio'],
    ['xvda1', 'xen'],
    ['ubda', 'uml'],
  ])('%s is on bus %s, without address', (name, bus) => {
    const printed = roundTrip(block(`<target dev='${name}'/>`));
    expect(printed).toContain(`<target dev='${name}' bus='${bus}'/>\n</disk>`);
  });

  it('prints everything in the order of libvirt', () => {
    const printed = [
      "<disk type='block' device='disk' model='virtio' snapshot='external'>",
      "  <driver name='loop' type='raw' cache='none' error_policy='stop' rerror_policy='report' io='threads' " +
        "ioeventfd='on' event_idx='off' copy_on_read='on' discard='unmap' iothread='2' detect_zeroes='off' " +
        "queues='4' queue_size='256' iommu='on' ats='on' packed='off' page_per_vq='on'>",
      '    <metadata_cache>',
      "      <max_size unit='bytes'>1048576</max_size>",
      '    </metadata_cache>',
      '  </driver>',
      "  <source dev='/dev/sdf' startupPolicy='optional'/>",
      "  <backenddomain name='other'/>",
      "  <geometry cyls='16383' heads='16' secs='63' trans='lba'/>",
      "  <blockio logical_block_size='512' physical_block_size='4096'/>",
      "  <target dev='vda' bus='virtio' rotation_rate='7200'/>",
      '  <iotune>',
      '    <total_bytes_sec>10000000</total_bytes_sec>',
      '    <read_iops_sec>400</read_iops_sec>',
      '    <write_iops_sec>100</write_iops_sec>',
      '    <size_iops_sec>8</size_iops_sec>',
      '    <group_name>g</group_name>',
      '    <total_bytes_sec_max_length>3</total_bytes_sec_max_length>',
      '  </iotune>',
      '  <readonly/>',
      '  <shareable/>',
      "  <transient shareBacking='yes'/>",
      '  <serial>WD-1</serial>',
      '  <wwn>5000c50015ea71ac</wwn>',
      '  <vendor>ACME</vendor>',
      '  <product>Disk</product>',
      "  <boot order='1'/>",
      "  <alias name='ua-disk'/>",
      "  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0' multifunction='on'/>",
      '</disk>',
    ].join('\n');
    expect(roundTrip(printed)).toBe(printed);
  });

  it('of a cdrom is read-only and may be empty', () => {
    const printed = [
      "<disk type='file' device='cdrom'>",
      "  <target dev='hdc' bus='ide' tray='open'/>",
      '  <readonly/>',
      "  <address type='drive' controller='0' bus='1' target='0' unit='0'/>",
      '</disk>',
    ].join('\n');
    expect(
      roundTrip("<disk type='block' device='cdrom' snapshot='no'><target dev='hdc' tray='open'/></disk>"),
    ).toBe(printed);
    expect(
      roundTrip("<disk device='cdrom'><source file=''/><target dev='ioemu:hdc' tray='open'/></disk>"),
    ).toBe(printed);
  });

  it('of a floppy is on bus fdc', () => {
    expect(roundTrip("<disk device='floppy'><target dev='fdb' tray='closed'/></disk>")).toContain(
      "<target dev='fdb' bus='fdc'/>\n  <address type='drive' controller='0' bus='0' target='0' unit='1'/>",
    );
  });

  it('of a lun keeps rawio and sgio', () => {
    expect(roundTrip(block("<target dev='sda'/>", "device='lun' rawio='yes' sgio='filtered'"))).toContain(
      "<disk type='block' device='lun' rawio='yes' sgio='filtered'>",
    );
  });

  it('leaves out what says nothing', () => {
    const inside =
      "<driver cache='default'/><geometry cyls='5'/><blockio/><iotune><read_bytes_sec>0</read_bytes_sec></iotune>" +
      "<serial/><alias name='virtio-disk0'/>";
    expect(roundTrip(block(`${inside}<target dev='vda' rotation_rate='0'/>`))).toBe(
      roundTrip(block("<target dev='vda'/>")),
    );
  });

  it.each([
    ["<disk type='block'><source dev='/a'/></disk>", /^NO_TARGET missing target of <disk> with source '\/a'/],
    [
      "<disk type='block'><target dev='sda'/></disk>",
      /^NO_SOURCE missing source of <disk> with target 'sda'/,
    ],
    ["<disk type='block'><source dev='a'/><target dev='sda'/></disk>", /^XML_ERROR .*absolute path/],
    [block("<target dev='../x'/>"), /^XML_ERROR <disk>: Unknown disk name '\.\.\/x'/],
    [block("<target dev='sd'/>"), /^XML_ERROR <disk>: Unknown disk name 'sd'/],
    [block("<target dev='fda'/>"), /^INTERNAL_ERROR <disk>: Invalid harddisk device name: 'fda'/],
    [
      block("<target dev='sda'/>", "device='floppy'"),
      /^INTERNAL_ERROR <disk>: Invalid floppy device name: 'sda'/,
    ],
    [block("<target dev='sda' bus='fdc'/>"), /^INTERNAL_ERROR .*Invalid bus type 'fdc' for disk/],
    [block("<target dev='sda' bus='x'/>"), /^XML_ERROR unknown value for .*bus/],
    [
      block("<target dev='sda'/>", "rawio='yes'"),
      /^CONFIG_UNSUPPORTED .*rawio can be used only with device='lun'/,
    ],
    [block("<target dev='sda'/>", "sgio='filtered'"), /^CONFIG_UNSUPPORTED .*sgio can be used only/],
    [
      block("<target dev='sda'/>", "device='lun' sgio='unfiltered'"),
      /unfiltered sgio is no longer supported/,
    ],
    [
      "<disk device='lun'><source file='/a'/><target dev='sda'/></disk>",
      /^CONFIG_UNSUPPORTED .*device='lun' is only valid for block type disk source/,
    ],
    [block("<driver type='qcow2'/><target dev='sda'/>", "device='lun'"), /must use 'raw' format/],
    [block("<driver type='x'/><target dev='sda'/>"), /^CONFIG_UNSUPPORTED unknown driver format value 'x'/],
    [block("<driver cache='x'/><target dev='sda'/>"), /^XML_ERROR unknown value for .*cache/],
    [
      block("<driver rerror_policy='enospace'/><target dev='sda'/>"),
      /^CONFIG_UNSUPPORTED Invalid disk read error/,
    ],
    [block("<driver iothread='0'/><target dev='sda'/>"), /^XML_ERROR attribute 'iothread'/],
    [block("<driver queues='2'/><target dev='sda'/>"), /^CONFIG_UNSUPPORTED .*queues in <driver>/],
    [block("<driver packed='on'/><target dev='sda'/>"), /^CONFIG_UNSUPPORTED .*packed in <driver>/],
    [block("<target dev='sda'/>", "model='virtio'"), /disk model 'virtio' not supported for bus 'scsi'/],
    [block("<target dev='sda' tray='open'/>"), /tray is only valid for cdrom and floppy/],
    [block("<target dev='sda' removable='on'/>"), /^XML_ERROR .*removable is only valid for usb disks/],
    [
      block("<target dev='sda'/><address type='usb' bus='1'/>"),
      /Invalid address type 'usb' for the bus type 'scsi'/,
    ],
    [block("<target dev='sda'/><wwn>5</wwn>"), /^XML_ERROR .*Malformed wwn: '5'/],
    [
      block("<target dev='sda'/><vendor>123456789</vendor>"),
      /^CONFIG_UNSUPPORTED disk vendor .* more than 8/,
    ],
    [block("<target dev='sda'/><product>ä</product>"), /^XML_ERROR disk product is not printable/],
    [
      "<disk type='block'><source dev='/a' startupPolicy='requisite'/><target dev='sda'/></disk>",
      /^XML_ERROR .*'requisite' is allowed only for cdrom or floppy/,
    ],
    [
      block(
        "<target dev='sda'/><iotune><total_iops_sec>1</total_iops_sec><write_iops_sec>1</write_iops_sec></iotune>",
      ),
      /^XML_ERROR total and read\/write iops_sec cannot be set at the same time/,
    ],
  ])('%s is refused', (xml, expected) => {
    expect(refused(xml)).toMatch(expected);
  });

  it.each(['dir', 'network', 'volume', 'nvme', 'vhostuser'])(
    'of type %s is refused in both forms',
    (type) => {
      const expected = `CONFIG_UNSUPPORTED <disk type='${type}'> is not supported: Can't setup disk for non-block device`;
      expect(refused(`<disk type='${type}'><source dir='/a'/><target dev='sda'/></disk>`)).toBe(expected);
      expect(describeFailure(() => checkDomainDefinition(typed({ type, target: 'sda' })))).toBe(expected);
    },
  );

  it('of an unknown type is refused with the list', () => {
    expect(refused("<disk type='x'/>")).toMatch(/^XML_ERROR unknown value for .* 'x': must be block, file/);
  });

  it('twice of one name is refused in both forms', () => {
    const disk = (source: string): string =>
      `<disk type='block'><source dev='${source}'/><target dev='vda'/></disk>`;
    const expected = "XML_ERROR <disk>: target 'vda' duplicated for disk sources '/a' and '/b'";
    expect(refused(disk('/a') + disk('/b'))).toBe(expected);
    const disks = ['/a', '/b'].map((source) => ({ type: 'block', source, target: 'vda' }));
    expect(describeFailure(() => checkDomainDefinition(typed(...disks)))).toBe(expected);
  });

  it('twice at one address is refused', () => {
    const other = block(
      "<target dev='sdb'/><address type='drive' controller='0' bus='0' target='0' unit='0'/>",
    );
    expect(refused(block("<target dev='sda'/>") + other)).toMatch(
      /^CONFIG_UNSUPPORTED Found duplicate drive address for <disk> with target 'sda' and 'sdb'/,
    );
    expect(refused(block("<target dev='sda'/>") + block("<target dev='sda1'/>"))).toMatch(
      /duplicate drive address/,
    );
  });

  it('typed is checked like XML', () => {
    const disk = { type: 'block', source: '/dev/sdf', target: 'sda', bus: 'sata', readonly: true } as const;
    expect(checkDomainDefinition(typed(disk)).devices?.disks).toEqual([disk]);
    expect(describeFailure(() => checkDomainDefinition(typed({ ...disk, target: '/dev/sda' })))).toMatch(
      /^XML_ERROR <disk>: Unknown disk name/,
    );
  });

  it('is strict only when asked', () => {
    expect(parseDomain(devicesXml(block("<target dev='sda'/><x/>"))).devices?.disks).toHaveLength(1);
    expect(describeFailure(() => parseDevice(block("<target dev='sda'/><x/>")))).toMatch(
      /^XML_INVALID_SCHEMA/,
    );
  });
});
