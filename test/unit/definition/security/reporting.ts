/** Reports of definitions that say little else. */
import { completeDomain, parseDomain, type CompleteDomain } from '../../../../lib/definition/domain/index.js';
import { securityReport, type SecurityReport } from '../../../../lib/definition/security/index.js';

const HOST = { arch: 'x86_64', guestArches: ['x86_64'], emulator: '/controller' };
const ROOT = "<filesystem><source dir='/srv/web'/><target dir='/'/></filesystem>";

export interface Parts {
  readonly extensions?: string;
  readonly domain?: string;
  readonly devices?: string;
  readonly init?: string;
}

export function define({
  extensions = '',
  domain = '',
  devices = '',
  init = '/bin/app',
}: Parts): CompleteDomain {
  const own =
    extensions &&
    `<metadata><virtainer:domain xmlns:virtainer='urn:virtainer:domain:1'>${extensions}</virtainer:domain></metadata>`;
  return completeDomain(
    parseDomain(`<domain type='lxc' xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>
      <name>web</name><memory unit='MiB'>64</memory>${own}${domain}
      <os><type>exe</type><init>${init}</init></os>
      <devices>${ROOT}${devices}<console type='pty'/></devices></domain>`),
    HOST,
  );
}

export function report(parts: Parts): SecurityReport {
  return securityReport(define(parts));
}
