import type { Console, DomainDefinition, Filesystem } from 'virtainer';
import { having, xmlWith, type Mistake } from './mistake.js';

const filesystem = (value: Filesystem): DomainDefinition => having({ devices: { filesystems: [value] } });
const filesystemXml = (attributes: string, inside: string): string =>
  xmlWith(`<devices><filesystem ${attributes}>${inside}<target dir='/b'/></filesystem></devices>`);
const console = (value: Console): DomainDefinition => having({ devices: { consoles: [value] } });

export const FILESYSTEM_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a filesystem type that does not exist',
    // @ts-expect-error not in the list
    typed: filesystem({ type: 'tmpfs', target: '/b' }),
    typedFailure: /^XML_ERROR unknown value for domain\.devices\.filesystems\[0\]\.type 'tmpfs'/,
    xml: filesystemXml("type='tmpfs'", ''),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <filesystem> .*'tmpfs'/,
  },
  {
    mistake: 'a mount without source',
    // @ts-expect-error source is required
    typed: filesystem({ type: 'mount', target: '/b' }),
    typedFailure: /^NO_SOURCE .*<filesystem> with target '\/b'/,
    xml: filesystemXml("type='mount'", ''),
    xmlFailure: /^NO_SOURCE .*<filesystem> with target '\/b'/,
  },
  {
    mistake: 'a filesystem without target',
    // @ts-expect-error target is required
    typed: filesystem({ type: 'mount', source: '/a' }),
    typedFailure: /^NO_TARGET .*<filesystem>/,
    xml: xmlWith("<devices><filesystem type='mount'><source dir='/a'/></filesystem></devices>"),
    xmlFailure: /^NO_TARGET .*<filesystem>/,
  },
  {
    mistake: 'a tmpfs with a source',
    // @ts-expect-error a property of another member
    typed: filesystem({ type: 'ram', usageKiB: 1, source: '/a', target: '/b' }),
    typedFailure: /^INVALID_ARG unknown property 'source' in domain\.devices\.filesystems\[0\]$/,
    xml: filesystemXml("type='ram'", "<source usage='1' dir='/a'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'dir' of <source>/,
  },
  {
    mistake: 'a tmpfs in the wrong unit',
    // @ts-expect-error the unit is in the name
    typed: filesystem({ type: 'ram', usageMiB: 1, target: '/b' }),
    typedFailure: /^XML_ERROR missing 'usage' attribute of <source> in <filesystem type='ram'>/,
    xml: filesystemXml("type='ram'", "<source usage='1' units='MBit'/>"),
    xmlFailure: /^XML_ERROR attribute 'usage' of <source> .*unknown unit 'MBit'/,
  },
  {
    mistake: 'a volume without pool',
    // @ts-expect-error pool is required
    typed: filesystem({ type: 'volume', volume: 'v', target: '/b' }),
    typedFailure: /^XML_ERROR 'pool' and 'volume' .*<source> of <filesystem>/,
    xml: filesystemXml("type='volume'", "<source volume='v'/>"),
    xmlFailure: /^XML_ERROR 'pool' and 'volume' .*<source> of <filesystem>/,
  },
  {
    mistake: 'an access mode that does not exist',
    // @ts-expect-error not in the list
    typed: filesystem({ type: 'mount', source: '/a', target: '/b', accessmode: 'none' }),
    typedFailure: /^XML_ERROR unknown value for domain\.devices\.filesystems\[0\]\.accessmode 'none'/,
    xml: filesystemXml("type='mount' accessmode='none'", "<source dir='/a'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'accessmode' of <filesystem> .*'none'/,
  },
  {
    mistake: 'a filesystem driver that does not exist',
    // @ts-expect-error not in the list
    typed: filesystem({ type: 'file', source: '/a', target: '/b', driver: { type: 'fuse' } }),
    typedFailure: /^XML_ERROR unknown value for domain\.devices\.filesystems\[0\]\.driver\.type 'fuse'/,
    xml: filesystemXml("type='file'", "<driver type='fuse'/><source file='/a'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <driver> .*'fuse'/,
  },
  {
    mistake: 'a limit of a filesystem in the wrong unit',
    // @ts-expect-error the unit is in the name
    typed: filesystem({ type: 'mount', source: '/a', target: '/b', spaceHardLimitKiB: 5 }),
    typedFailure: /^INVALID_ARG unknown property 'spaceHardLimitKiB' in domain\.devices\.filesystems\[0\]$/,
    xml: filesystemXml(
      "type='mount'",
      "<source dir='/a'/><space_hard_limit unit='MBit'>5</space_hard_limit>",
    ),
    xmlFailure: /^XML_ERROR <space_hard_limit> .*unknown unit 'MBit'/,
  },
  {
    mistake: 'a filesystem that is read-only by an attribute',
    // @ts-expect-error no such property
    typed: filesystem({ type: 'mount', source: '/a', target: '/b', ro: true }),
    typedFailure: /^INVALID_ARG unknown property 'ro' in domain\.devices\.filesystems\[0\]$/,
    xml: filesystemXml("type='mount' ro='yes'", "<source dir='/a'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'ro' of <filesystem>/,
  },
  {
    mistake: 'a console of another type',
    // @ts-expect-error not in the list
    typed: console({ type: 'file' }),
    typedFailure: /^CONFIG_UNSUPPORTED <console type='file'>/,
    xml: xmlWith("<devices><console type='file'/></devices>"),
    xmlFailure: /^CONFIG_UNSUPPORTED <console type='file'>/,
  },
  {
    mistake: 'a console without type',
    // @ts-expect-error type is required
    typed: console({}),
    typedFailure: /^INVALID_ARG domain\.devices\.consoles\[0\]\.type is missing/,
    xml: xmlWith("<devices><console type=''/></devices>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <console>/,
  },
  {
    mistake: 'a device that does not exist',
    // @ts-expect-error no such property
    typed: having({ devices: { volumes: [] } }),
    typedFailure: /^INVALID_ARG unknown property 'volumes' in domain\.devices$/,
    xml: xmlWith('<devices><volume/></devices>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <volume> in <devices>/,
  },
];
