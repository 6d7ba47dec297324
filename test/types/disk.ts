import type { Disk, DomainDefinition } from 'virtainer';
import { having, xmlWith, type Mistake } from './mistake.js';

const disk = (value: Disk): DomainDefinition => having({ devices: { disks: [value] } });
const diskXml = (attributes: string, inside: string): string =>
  xmlWith(`<devices><disk ${attributes}>${inside}<target dev='sda'/></disk></devices>`);

export const DISK_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a disk on the network',
    // @ts-expect-error not in the list
    typed: disk({ type: 'network', source: 'x', target: 'sda' }),
    typedFailure: /^CONFIG_UNSUPPORTED <disk type='network'>/,
    xml: diskXml("type='network'", "<source protocol='nbd' name='x'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED <disk type='network'>/,
  },
  {
    mistake: 'a disk without type',
    // @ts-expect-error type is required
    typed: disk({ source: '/dev/vda', target: 'sda' }),
    typedFailure: /^INVALID_ARG domain\.devices\.disks\[0\]\.type is missing/,
    xml: diskXml("type=''", "<source dev='/dev/vda'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <disk>/,
  },
  {
    mistake: 'a disk without target',
    // @ts-expect-error target is required
    typed: disk({ type: 'block', source: '/dev/vda' }),
    typedFailure: /^NO_TARGET missing target of <disk>/,
    xml: xmlWith("<devices><disk type='block'><source dev='/dev/vda'/></disk></devices>"),
    xmlFailure: /^NO_TARGET missing target of <disk>/,
  },
  {
    mistake: 'a disk by the attribute of its source',
    // @ts-expect-error no such property
    typed: disk({ type: 'block', dev: '/dev/vda', target: 'sda' }),
    typedFailure: /^NO_SOURCE missing source of <disk>/,
    xml: diskXml("type='block' dev='/dev/vda'", "<source dev='/dev/vda'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'dev' of <disk>/,
  },
  {
    mistake: 'a disk of an unknown kind',
    // @ts-expect-error not in the list
    typed: disk({ type: 'block', device: 'usb', source: '/dev/vda', target: 'sda' }),
    typedFailure: /^XML_ERROR unknown value for .*disk.*\bdevice 'usb'/,
    xml: diskXml("type='block' device='usb'", "<source dev='/dev/vda'/>"),
    xmlFailure: /^XML_ERROR unknown value for .*\bdevice\b.*'usb'/,
  },
  {
    mistake: 'a disk on an unknown bus',
    // @ts-expect-error not in the list
    typed: disk({ type: 'block', source: '/dev/vda', target: 'sda', bus: 'nvme' }),
    typedFailure: /^XML_ERROR unknown value for .*disk.*\bbus 'nvme'/,
    xml: xmlWith(
      "<devices><disk type='block'><source dev='/a'/><target dev='sda' bus='nvme'/></disk></devices>",
    ),
    xmlFailure: /^XML_ERROR unknown value for .*\bbus\b.*'nvme'/,
  },
  {
    mistake: 'a disk driver with an unknown cache',
    // @ts-expect-error not in the list
    typed: disk({ type: 'file', source: '/a', target: 'sda', driver: { cache: 'default-ish' } }),
    typedFailure: /^XML_ERROR unknown value for .*disk.*\bcache 'default-ish'/,
    xml: diskXml("type='file'", "<driver cache='default-ish'/><source file='/a'/>"),
    xmlFailure: /^XML_ERROR unknown value for .*\bcache\b.*'default-ish'/,
  },
  {
    mistake: 'a disk that is read-only by a word',
    // @ts-expect-error a boolean, no word
    typed: disk({ type: 'file', source: '/a', target: 'sda', readonly: 'yes' }),
    typedFailure: /^INVALID_ARG domain\.devices\.disks\[0\]\.readonly must be a boolean/,
    xml: diskXml("type='file' readonly='yes'", "<source file='/a'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'readonly' of <disk>/,
  },
  {
    mistake: 'a tray that is neither open nor closed',
    // @ts-expect-error not in the list
    typed: disk({ type: 'file', device: 'cdrom', source: '/a', target: 'sda', tray: 'ajar' }),
    typedFailure: /^XML_ERROR unknown value for .*disk.*\btray 'ajar'/,
    xml: xmlWith(`<devices><disk type='file' device='cdrom'><source file='/a'/>
      <target dev='sda' tray='ajar'/></disk></devices>`),
    xmlFailure: /^XML_ERROR unknown value for .*\btray\b.*'ajar'/,
  },
  {
    mistake: 'a limit of a disk that does not exist',
    // @ts-expect-error no such property
    typed: disk({ type: 'file', source: '/a', target: 'sda', iotune: { totalBytesMin: 5 } }),
    typedFailure: /^INVALID_ARG unknown property 'totalBytesMin' in domain\.devices\.disks\[0\]\.iotune$/,
    xml: diskXml("type='file'", "<source file='/a'/><iotune><total_bytes_min>5</total_bytes_min></iotune>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <total_bytes_min> in <iotune>/,
  },
];
