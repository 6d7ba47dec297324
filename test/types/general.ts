import type { Os } from 'virtainer';
import { domainXml, MINIMAL } from '../unit/definition/documents.js';
import { having, xmlWith, type Mistake } from './mistake.js';

const os = (value: Partial<Os>): Mistake['typed'] => having({ os: { ...MINIMAL.os, ...value } });
const osXml = (inside: string): string =>
  domainXml({ os: `<os><type>exe</type><init>/bin/sh</init>${inside}</os>` });

export const GENERAL_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'the type of another driver',
    // @ts-expect-error not in the list
    typed: having({ type: 'kvm' }),
    typedFailure: /^CONFIG_UNSUPPORTED unknown domain type 'kvm': must be lxc/,
    xml: domainXml({ attributes: "type='kvm'" }),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown domain type 'kvm': must be lxc/,
  },
  {
    mistake: 'no name',
    // @ts-expect-error name is required
    typed: { type: 'lxc', memoryKiB: 1024, os: MINIMAL.os },
    typedFailure: /^NO_NAME .*<name>/,
    xml: domainXml({ name: '' }),
    xmlFailure: /^NO_NAME .*<name>/,
  },
  {
    mistake: 'no memory',
    // @ts-expect-error memoryKiB is required
    typed: { type: 'lxc', name: 'web', os: MINIMAL.os },
    typedFailure: /^XML_ERROR .*<memory>/,
    xml: domainXml({ memory: '' }),
    xmlFailure: /^XML_ERROR .*<memory>/,
  },
  {
    mistake: 'memory in a unit that does not exist',
    // @ts-expect-error the unit is in the name
    typed: having({ memoryMiB: 5 }),
    typedFailure: /^INVALID_ARG unknown property 'memoryMiB' in domain$/,
    xml: domainXml({ memory: "<memory unit='MBit'>5</memory>" }),
    xmlFailure: /^XML_ERROR <memory> .*unknown unit 'MBit'/,
  },
  {
    mistake: 'memory with its unit as text',
    // @ts-expect-error a number, no text
    typed: having({ memoryKiB: '1 MiB' }),
    typedFailure: /^INVALID_ARG domain\.memoryKiB must be a number, not a string/,
    xml: domainXml({ memory: '<memory>1 MiB</memory>' }),
    xmlFailure: /^XML_ERROR <memory> .*'1 MiB'/,
  },
  {
    mistake: 'no os',
    // @ts-expect-error os is required
    typed: { type: 'lxc', name: 'web', memoryKiB: 1024 },
    typedFailure: /^XML_ERROR an os <type> must be specified/,
    xml: domainXml({ os: '' }),
    xmlFailure: /^XML_ERROR an os <type> must be specified/,
  },
  {
    mistake: 'an os of machines',
    // @ts-expect-error not in the list
    typed: os({ type: 'hvm' }),
    typedFailure: /^INVALID_ARG could not find capabilities for ostype=hvm/,
    xml: domainXml({ os: '<os><type>hvm</type><init>/bin/sh</init></os>' }),
    xmlFailure: /^INVALID_ARG could not find capabilities for ostype=hvm/,
  },
  {
    mistake: 'no init',
    // @ts-expect-error init is required
    typed: { ...MINIMAL, os: { type: 'exe' } },
    typedFailure: /^XML_ERROR .*<init> is required/,
    xml: domainXml({ os: '<os><type>exe</type></os>' }),
    xmlFailure: /^XML_ERROR .*<init> is required/,
  },
  {
    mistake: 'arguments of init by the name of docker',
    // @ts-expect-error no such property
    typed: os({ args: ['a'] }),
    typedFailure: /^INVALID_ARG unknown property 'args' in domain\.os$/,
    xml: osXml('<args>a</args>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <args> in <os>/,
  },
  {
    mistake: 'a variable without name',
    // @ts-expect-error name is required
    typed: os({ initenv: [{ value: 'x' }] }),
    typedFailure: /^XML_ERROR No name supplied for <initenv> element/,
    xml: osXml('<initenv>x</initenv>'),
    xmlFailure: /^XML_ERROR No name supplied for <initenv> element/,
  },
  {
    mistake: 'a poweroff action of crashes',
    // @ts-expect-error not in the list
    typed: having({ onPoweroff: 'coredump-destroy' }),
    typedFailure: /^XML_ERROR unknown value for domain\.onPoweroff 'coredump-destroy'/,
    xml: xmlWith('<on_poweroff>coredump-destroy</on_poweroff>'),
    xmlFailure: /^XML_ERROR unknown value for <on_poweroff> .*'coredump-destroy'/,
  },
  {
    mistake: 'a crash action that does not exist',
    // @ts-expect-error not in the list
    typed: having({ onCrash: 'ignore' }),
    typedFailure: /^XML_ERROR unknown value for domain\.onCrash 'ignore'/,
    xml: xmlWith('<on_crash>ignore</on_crash>'),
    xmlFailure: /^XML_ERROR unknown value for <on_crash> .*'ignore'/,
  },
  {
    mistake: 'a lock failure action that does not exist',
    // @ts-expect-error not in the list
    typed: having({ onLockfailure: 'destroy' }),
    typedFailure: /^XML_ERROR unknown value for domain\.onLockfailure 'destroy'/,
    xml: xmlWith('<on_lockfailure>destroy</on_lockfailure>'),
    xmlFailure: /^XML_ERROR unknown value for <on_lockfailure> .*'destroy'/,
  },
  {
    mistake: 'an element that does not exist',
    // @ts-expect-error no such property
    typed: having({ hostname: 'web' }),
    typedFailure: /^INVALID_ARG unknown property 'hostname' in domain$/,
    xml: xmlWith('<hostname>web</hostname>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <hostname> in <domain>/,
  },
  {
    mistake: 'a partition by its path alone',
    // @ts-expect-error an object with a partition
    typed: having({ resource: '/web' }),
    typedFailure: /^INVALID_ARG domain\.resource must be an object/,
    xml: xmlWith('<resource><path>/web</path></resource>'),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected element <path> in <resource>/,
  },
  {
    mistake: 'an id map of users only',
    // @ts-expect-error gids are required
    typed: having({ idmap: { uids: [{ start: 0, target: 1000, count: 1 }] } }),
    typedFailure: /^CONFIG_UNSUPPORTED uid and gid .*<idmap>/,
    xml: xmlWith("<idmap><uid start='0' target='1000' count='1'/></idmap>"),
    xmlFailure: /^CONFIG_UNSUPPORTED uid and gid .*<idmap>/,
  },
  {
    mistake: 'an id map by the names of OCI',
    // @ts-expect-error no such property
    typed: having({ idmap: { uids: [], gids: [{ containerID: 0, hostID: 1, size: 1 }] } }),
    typedFailure: /^XML_ERROR invalid idmap start\/target\/count settings: <gid>/,
    xml: xmlWith("<idmap><gid containerID='0' hostID='1' size='1'/></idmap>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'containerID' of <gid>/,
  },
  {
    mistake: 'a named namespace of another kind than network',
    // @ts-expect-error netns goes with sharenet only
    typed: having({ lxcNamespace: { shareipc: { type: 'netns', value: 'blue' } } }),
    typedFailure: /^CONFIG_UNSUPPORTED 'netns' .*sharenet, not with <lxc:shareipc>/,
    xml: xmlWith(`<lxc:namespace xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
      <lxc:shareipc type='netns' value='blue'/></lxc:namespace>`),
    xmlFailure: /^CONFIG_UNSUPPORTED 'netns' .*sharenet, not with <lxc:shareipc>/,
  },
  {
    mistake: 'a shared namespace of a kind that cannot be shared',
    // @ts-expect-error no such property
    typed: having({ lxcNamespace: { sharepid: { type: 'pid', value: '1' } } }),
    typedFailure: /^INVALID_ARG unknown property 'sharepid' in domain\.lxcNamespace$/,
    xml: xmlWith(`<lxc:namespace xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
      <lxc:sharepid type='pid' value='1'/></lxc:namespace>`),
    xmlFailure: /^CONFIG_UNSUPPORTED .*sharepid/,
  },
  {
    mistake: 'a process id as a number, where a text is',
    // @ts-expect-error a text, no number
    typed: having({ lxcNamespace: { sharenet: { type: 'pid', value: 1 } } }),
    typedFailure: /^INVALID_ARG domain\.lxcNamespace\.sharenet\.value must be a string/,
    xml: xmlWith(`<lxc:namespace xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
      <lxc:sharenet type='pid' value='one'/></lxc:namespace>`),
    xmlFailure: /^XML_ERROR <lxc:sharenet type='pid'>: value 'one'/,
  },
  {
    mistake: 'a static label without label',
    // @ts-expect-error label is required
    typed: having({ seclabels: [{ type: 'static', model: 'selinux' }] }),
    typedFailure: /^XML_ERROR .*<seclabel type='static'> needs <label>/,
    xml: xmlWith("<seclabel type='static' model='selinux'/>"),
    xmlFailure: /^XML_ERROR .*<seclabel type='static'> needs <label>/,
  },
  {
    mistake: 'a label that is not made',
    // @ts-expect-error a property of another member
    typed: having({ seclabels: [{ type: 'none', relabel: true }] }),
    typedFailure: /^CONFIG_UNSUPPORTED .*relabel.*'none' label type/,
    xml: xmlWith("<seclabel type='none' relabel='yes'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED .*relabel.*'none' label type/,
  },
  {
    mistake: 'a label of an unknown type',
    // @ts-expect-error not in the list
    typed: having({ seclabels: [{ type: 'confined' }] }),
    typedFailure: /^XML_ERROR unknown value for domain\.seclabels\[0\]\.type 'confined'/,
    xml: xmlWith("<seclabel type='confined'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'type' of <seclabel> .*'confined'/,
  },
];
