/** virsh's lines about the label of a domain. */
import type { ActiveSecurityModel, SecurityLabel } from '../index.js';

export interface Security extends ActiveSecurityModel {
  /** Absent when the domain is not active. */
  readonly label?: SecurityLabel;
}

/** None on a host that labels nothing. */
export function securityFields(security: Security | undefined): readonly (readonly [string, string])[] {
  if (!security) return [];
  const { model, doi, label } = security;
  const fields = [
    ['Security model', model],
    ['Security DOI', doi],
  ] as const;
  if (!label) return fields;
  return [...fields, ['Security label', `${label.label} (${label.enforcing ? 'enforcing' : 'permissive'})`]];
}
