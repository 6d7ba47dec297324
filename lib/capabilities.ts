/** The capabilities document. @see https://libvirt.org/formatcaps.html */
import type { Capabilities } from './driver.js';

/** Capabilities as libvirt's XML. */
export function formatCapabilities({ host, guests }: Capabilities): string {
  return [
    '<capabilities>',
    '',
    '  <host>',
    `    <uuid>${escape(host.uuid)}</uuid>`,
    '    <cpu>',
    `      <arch>${escape(host.arch)}</arch>`,
    '    </cpu>',
    '    <topology>',
    "      <cells num='1'>",
    "        <cell id='0'>",
    `          <memory unit='KiB'>${host.memoryKiB}</memory>`,
    `          <cpus num='${host.cpus}'/>`,
    '        </cell>',
    '      </cells>',
    '    </topology>',
    ...host.securityModels.flatMap(formatSecurityModel),
    '  </host>',
    '',
    ...guests.flatMap(formatGuest),
    '</capabilities>',
    '',
  ].join('\n');
}

function formatSecurityModel({ model, doi }: Capabilities['host']['securityModels'][number]): string[] {
  return [
    '    <secmodel>',
    `      <model>${escape(model)}</model>`,
    `      <doi>${escape(doi)}</doi>`,
    '    </secmodel>',
  ];
}

function formatGuest(guest: Capabilities['guests'][number]): string[] {
  return [
    '  <guest>',
    `    <os_type>${guest.osType}</os_type>`,
    `    <arch name='${escape(guest.arch)}'>`,
    `      <wordsize>${guest.wordsize}</wordsize>`,
    `      <emulator>${escape(guest.emulator)}</emulator>`,
    `      <domain type='${guest.domainType}'/>`,
    '    </arch>',
    '  </guest>',
    '',
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
};

function escape(text: string): string {
  return text.replace(/[&<>'"]/gu, (character) => ENTITIES[character] ?? character);
}
