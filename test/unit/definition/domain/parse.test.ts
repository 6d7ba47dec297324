import { parseDomain } from '../../../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const FULL = `<?xml version='1.0'?>
<domain type='lxc' id='7'>
  <devices>
    <console type='pty' tty='/dev/pts/3'><source path='/dev/pts/3'/><target port='0'/><alias name='console0'/></console>
    <console/>
    <emulator>/usr/libexec/libvirt_lxc</emulator>
    <filesystem><source dir='/srv/web'/><target dir='/'/></filesystem>
    <filesystem type='ram' accessmode='mapped'><source usage='1' units='MiB'/><target dir='/tmp'/></filesystem>
    <filesystem type='bind'><source dir='/a'/><target dir='/b'/><readonly/></filesystem>
  </devices>
  <name>web</name>
  <uuid>8B6C0B2E0E0D4C5B9D8E3A9F0D1C1A01</uuid>
  <title>A title</title>
  <description>Two
lines</description>
  <memory unit='MiB'>512</memory>
  <currentMemory unit='MiB'>256</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <resource><partition>/machine/web</partition></resource>
  <os>
    <type arch='x86_64'>exe</type>
    <init>/bin/sh</init>
    <initarg>-c</initarg>
    <initarg>echo
 done</initarg>
    <initenv name='A'>1</initenv>
    <initdir>/root</initdir>
    <inituser>www-data</inituser>
    <initgroup>+33</initgroup>
  </os>
  <features><acpi/><privnet/><capabilities policy='deny'><kill/><chown state='off'/></capabilities></features>
  <clock offset='localtime'/>
  <on_poweroff>preserve</on_poweroff>
  <on_reboot>rename-restart</on_reboot>
  <on_crash>coredump-restart</on_crash>
  <unknown><to/>everyone</unknown>
  <seclabel type='none'/>
</domain>`;

describe('parseDomain()', () => {
  it('reads every supported element, in any order, ignoring unknown ones', () => {
    expect(parseDomain(FULL)).toEqual({
      type: 'lxc',
      name: 'web',
      uuid: '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01',
      title: 'A title',
      description: 'Two\nlines',
      memoryKiB: 512 * 1024,
      currentMemoryKiB: 256 * 1024,
      vcpus: 2,
      vcpuPlacement: 'static',
      resource: { partition: '/machine/web' },
      os: {
        type: 'exe',
        arch: 'x86_64',
        init: '/bin/sh',
        initargs: ['-c', 'echo\n done'],
        initenv: [{ name: 'A', value: '1' }],
        initdir: '/root',
        inituser: 'www-data',
        initgroup: '+33',
      },
      features: {
        acpi: true,
        privnet: true,
        capabilities: { policy: 'deny', states: { chown: 'off', kill: 'on' } },
      },
      clock: { offset: 'localtime' },
      onPoweroff: 'preserve',
      onReboot: 'rename-restart',
      onCrash: 'coredump-restart',
      devices: {
        emulator: '/usr/libexec/libvirt_lxc',
        filesystems: [
          { type: 'mount', source: '/srv/web', target: '/' },
          { type: 'ram', usageKiB: 1024, target: '/tmp', accessmode: 'mapped' },
          { type: 'bind', source: '/a', target: '/b', readonly: true },
        ],
        consoles: [{ type: 'pty', port: 0 }, { type: 'pty' }],
      },
      seclabels: [{ type: 'none' }],
    });
  });

  it('needs little, and fills in nothing', () => {
    expect(parseDomain(domainXml())).toEqual(MINIMAL);
  });

  it('takes the first of several elements of one name, and empty texts as absent, as libvirt does', () => {
    const rest =
      '<title/><title>x</title><description></description><resource/><features/><name>other</name>';
    expect(parseDomain(domainXml({ rest }))).toEqual(MINIMAL);
  });

  it('gives frozen plain objects', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(parseDomain(FULL))).toBe(true);
  });

  it('refuses what is no domain', () => {
    expect(describeFailure(() => parseDomain('<network/>'))).toMatch(
      /^XML_ERROR unexpected root element '<network>', expecting <domain>/,
    );
    expect(describeFailure(() => parseDomain("<domain xmlns='urn:x' type='lxc'/>"))).toMatch(
      /^XML_ERROR unexpected root/,
    );
    expect(describeFailure(() => parseDomain(domainXml().replace('</domain>', '')))).toMatch(
      /^XML_ERROR line 6/,
    );
    expect(describeFailure(() => parseDomain(JSON.parse('null') as string))).toMatch(/^INVALID_ARG/);
  });
});

describe('parseDomain() with validate', () => {
  const strict = (xml: string): unknown => parseDomain(xml, { validate: true });

  it('takes what libvirt has and its container driver ignores', () => {
    const rest = `<genid/><cpu mode='host-model'><topology sockets='1'/></cpu><features><acpi/><privnet/></features>
      <clock offset='utc'><timer name='rtc'/></clock><pm/><metadata><a:b xmlns:a='urn:a' c='d'/></metadata>
      <devices><sound model='es1370'/><filesystem fmode='600'><driver type='path'/><source dir='/a'/><target dir='/b'/></filesystem></devices>
      <seclabel type='none' model='none'/>`;
    expect(strict(domainXml({ rest }))).toMatchObject({ name: 'web' });
    expect(strict(FULL.replace(/<unknown>.*<\/unknown>/u, ''))).toMatchObject({ name: 'web' });
  });

  it.each<[string, string]>([
    ['<unknown/>', 'unexpected element <unknown> in <domain> (line 5)'],
    ["<clock adjustment0='9'/>", "unexpected attribute 'adjustment0' of <clock> (line 5)"],
    ['<x:unknown xmlns:x="urn:x"/>', 'unexpected element <x:unknown> in <domain> (line 5)'],
    ['<name>second</name>', 'unexpected element <name> in <domain> (line 5)'],
    ["<vcpu cores='1'>1</vcpu>", "unexpected attribute 'cores' of <vcpu> (line 5)"],
    [
      "<devices>\n<filesystem><source dir='/a' mode='x'/><target dir='/b'/></filesystem></devices>",
      "unexpected attribute 'mode' of <source> (line 6)",
    ],
    ['<clock magic=""/>', "unexpected attribute 'magic' of <clock> (line 5)"],
    ['<video xmlns:x="urn:x"><x:a/></video>', 'unexpected element <video> in <domain> (line 5)'],
    [
      '<devices><video xmlns:x="urn:x"><x:a/></video></devices>',
      'unexpected element <x:a> in <video> (line 5)',
    ],
    ['<pm xmlns:x="urn:x" x:a=""/>', "unexpected attribute 'x:a' of <pm> (line 5)"],
  ])('names %s', (rest, message) => {
    expect(describeFailure(() => strict(domainXml({ rest })))).toBe(
      `XML_INVALID_SCHEMA XML document failed to validate against schema: ${message}`,
    );
    expect(parseDomain(domainXml({ rest })).name).toBe('web');
  });
});
