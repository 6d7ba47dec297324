/** What a check is: one record of a table. */
import type { CheckLevel } from '../../../definition/security/index.js';
import type { SeccompSupport } from '../../security/seccomp/index.js';
import type { HostTree } from '../tree.js';

/** What checks look at; tests put another host here. */
export interface CheckedHost {
  readonly tree: HostTree;
  /** Where root file systems of containers are to be. */
  readonly folder: string;
  readonly uid: number;
  /** As libvirt counts versions: 6.1.2 is 6001002. */
  readonly kernel: number;
  /** What only the kernel itself can tell. */
  readonly probes: Probes;
}

/** Each tries something harmless; none throws. */
export interface Probes {
  /** Why a system call that containers need fails; undefined when it works. */
  callProblem(call: 'openat2' | 'pidfd_open'): string | undefined;
  /** Why the addon or the controller is missing; undefined when both are there. */
  nativeProblem(): string | undefined;
  /** Magic number of the file system of the nearest existing folder; undefined when it can't be asked. */
  filesystemType(folder: string): number | undefined;
  /** Whether the nearest existing folder can be written to. */
  isWritable(folder: string): boolean;
  /** Why a folder that root alone may change can't be there, or be made; undefined when it can. */
  rootFolderProblem(folder: string): string | undefined;
  /** Why no file system can be served by a process; undefined when it can. */
  fuseProblem(): string | undefined;
  seccomp(): SeccompSupport;
}

/** What one check saw. */
export interface Finding {
  readonly ok: boolean;
  readonly found: string;
  /** Better than the table's, when it is known more exactly. */
  readonly hint?: string;
}

export interface Check {
  /** Stable, for programs. */
  readonly name: string;
  readonly level: CheckLevel;
  /** How to mend it. */
  readonly hint: string;
  readonly look: (host: CheckedHost) => Finding | Promise<Finding>;
}
