import type { DomainDefinition, HostFacts } from '../../../lib/definition/domain/index.js';

export const HOST: HostFacts = {
  arch: 'x86_64',
  guestArches: ['x86_64', 'i686'],
  emulator: '/usr/lib/virtainer/controller',
};

/** The least a domain needs; each part can be replaced. */
export function domainXml(
  parts: Partial<Record<'attributes' | 'name' | 'memory' | 'os' | 'rest', string>> = {},
): string {
  return [
    `<domain ${parts.attributes ?? "type='lxc'"}>`,
    parts.name ?? '<name>web</name>',
    parts.memory ?? '<memory>1024</memory>',
    parts.os ?? '<os><type>exe</type><init>/bin/sh</init></os>',
    parts.rest ?? '',
    '</domain>',
  ].join('\n');
}

export const MINIMAL: DomainDefinition = {
  type: 'lxc',
  name: 'web',
  memoryKiB: 1024,
  os: { type: 'exe', init: '/bin/sh' },
};
