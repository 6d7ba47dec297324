/** Which set of walls a container gets. */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing } from './values.js';

/** From a program that needs nothing to an operating system with its own users and services. */
export const SECURITY_KINDS = ['generic', 'chroot', 'systemd', 'booted'] as const;
export type SecurityKind = (typeof SECURITY_KINDS)[number];

/** Which security profile a container gets; without it, what `<init>` and the root are decides. */
export interface Security {
  readonly kind: SecurityKind;
}

export function parseSecurity(security: OwnReader): Draft<Security> {
  return { kind: security.attribute('kind').oneOf(SECURITY_KINDS) };
}

export function checkSecurity(fields: Fields): Security {
  const kind = fields.oneOf('kind', SECURITY_KINDS);
  if (kind === undefined) throw missing({ of: 'security', attribute: 'kind' });
  return compact({ kind });
}

export function formatSecurity({ kind }: Security): OutputElement {
  return ownElement('security', { kind });
}
