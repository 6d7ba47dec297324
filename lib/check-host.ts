/** Whether this host can run containers: for programs, and for people who install one. */
import type { HostReport } from './definition/security/index.js';
import { checkLinuxHost } from './lxc/host/check.js';

/** Where {@link checkHost} looks. */
export interface CheckHostOptions {
  /** Where root file systems of containers are to be: its file system has to support idmapped mounts. Default: `/var/lib`. */
  readonly folder?: string;
}

/**
 * Looks at what containers need of this host: rights, kernel, namespaces, file systems, libseccomp, cgroups, ids,
 * security modules, limits. Starts and changes nothing, and never rejects: what can't be read is not ok.
 *
 * @example
 * const { ok, checks } = await checkHost();
 * if (!ok) console.error(checks.filter((check) => !check.ok && check.level === 'required'));
 */
export function checkHost(options: CheckHostOptions = {}): Promise<HostReport> {
  return checkLinuxHost(options.folder);
}
