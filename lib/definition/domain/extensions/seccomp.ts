/** Which system calls a container may make. */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { checkFilePath } from './path-list.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing, refuseAttribute } from './values.js';

export const SECCOMP_PROFILES = ['default', 'unconfined', 'file'] as const;

/** A profile of the package: its allow-list (`default`), or no filter at all (`unconfined`). */
export interface NamedSeccomp {
  readonly profile: 'default' | 'unconfined';
}
/** A profile in the JSON that docker and podman read. */
export interface SeccompFile {
  readonly profile: 'file';
  /** Absolute path on the host. */
  readonly file: string;
}
/** Which system calls a container may make. */
export type Seccomp = NamedSeccomp | SeccompFile;

export function parseSeccomp(seccomp: OwnReader): Draft<Seccomp> {
  const profile = seccomp.attribute('profile').oneOf(SECCOMP_PROFILES);
  return { profile, file: seccomp.attribute('file').text() };
}

export function checkSeccomp(fields: Fields): Seccomp {
  const profile = fields.oneOf('profile', SECCOMP_PROFILES);
  if (profile === undefined) throw missing({ of: 'seccomp', attribute: 'profile' });
  if (profile !== 'file') {
    refuseAttribute(fields, { of: 'seccomp', attribute: 'file', because: "profile='file'" });
    return compact({ profile });
  }
  const file = fields.string('file');
  if (file === undefined) throw missing({ of: 'seccomp', attribute: 'file' });
  return compact({ profile, file: checkFilePath("attribute 'file' of <virtainer:seccomp>", file) });
}

export function formatSeccomp(seccomp: Seccomp): OutputElement {
  return ownElement('seccomp', {
    profile: seccomp.profile,
    file: seccomp.profile === 'file' ? seccomp.file : undefined,
  });
}
