/** Whether root of a container is root of the host. @see https://man7.org/linux/man-pages/man7/user_namespaces.7.html */
import { compact, falseIsNone, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { formatYesNo } from '../../xml/flags.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing, refuseAttribute } from './values.js';

export const USER_NAMESPACE_MODES = ['auto', 'none'] as const;
export type UserNamespaceMode = (typeof USER_NAMESPACE_MODES)[number];

/** A range of host ids that no other container has, which is also what holds without the element. */
export interface AutoUserNamespace {
  readonly mode: 'auto';
}
/** No user namespace: root of the container is root of the host, with the fewest capabilities. */
export interface NoUserNamespace {
  readonly mode: 'none';
  /** Also for the kinds `systemd` and `booted`, whose root could then change the host. */
  readonly insecure?: boolean;
}
/** Which ids of the host the users of a container have, when `<idmap>` does not say so. */
export type UserNamespace = AutoUserNamespace | NoUserNamespace;

export function parseUserNamespace(userNamespace: OwnReader): Draft<UserNamespace> {
  return {
    mode: userNamespace.attribute('mode').oneOf(USER_NAMESPACE_MODES),
    insecure: userNamespace.attribute('insecure').yesNo(),
  };
}

export function checkUserNamespace(fields: Fields): UserNamespace {
  const of = 'userNamespace';
  const mode = fields.oneOf('mode', USER_NAMESPACE_MODES);
  if (mode === undefined) throw missing({ of, attribute: 'mode' });
  if (mode === 'none') return compact({ mode, insecure: falseIsNone(fields.boolean('insecure')) });
  refuseAttribute(fields, { of, attribute: 'insecure', because: "mode='none'" });
  return compact({ mode });
}

export function formatUserNamespace(userNamespace: UserNamespace): OutputElement {
  const insecure = userNamespace.mode === 'none' ? userNamespace.insecure : undefined;
  return ownElement('userNamespace', { mode: userNamespace.mode, insecure: formatYesNo(insecure) });
}
