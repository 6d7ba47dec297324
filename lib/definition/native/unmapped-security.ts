/** Walls of a container that a native configuration has no words for: weaker without being told would be wrong. */
import type { DomainDefinition } from '../domain/index.js';
import type { SecurityProfile } from '../security/index.js';
import { extensionElement } from './leftovers.js';
import type { ElementReport } from './unmapped.js';

/** What the exports say, or report: also what holds without these. */
export const SECURITY_EXTENSIONS = [
  'security',
  'userNamespace',
  'seccomp',
  'noNewPrivs',
  'maskedPaths',
  'readonlyPaths',
  'pids',
  'vcpuLimit',
  'hugetlb',
  'oomScore',
  'rlimits',
] as const;

export function reportUserNamespace(
  { idmap }: DomainDefinition,
  { userNamespace }: SecurityProfile,
  report: ElementReport,
): void {
  if (!userNamespace || idmap) return;
  report.add(extensionElement('userNamespace'), 'its ids are chosen at each start: write an <idmap>');
}

export function reportSeccomp({ seccomp }: SecurityProfile, report: ElementReport): void {
  if (seccomp === undefined) return;
  const what = typeof seccomp === 'string' ? `the list of kind '${seccomp}'` : 'the file of a profile';
  report.add(extensionElement('seccomp'), `${what} is not part of it`);
}
