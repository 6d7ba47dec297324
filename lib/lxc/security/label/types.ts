/** What a label is made of, and what comes of it. */
import type { Seclabel } from '../../../definition/domain/index.js';
import type { LabelModule } from '../../host/security.js';
import type { HeldLock } from '../../store/lock.js';

export type { SecurityKind } from '../../../definition/domain/index.js';

/** What the first program of the container, and each command run in it, is labelled with: the step `exec-label`. */
export interface ExecLabel {
  readonly module: LabelModule;
  readonly label: string;
}

/** A label made by a module: nothing of it is in use yet. */
export interface MadeLabel {
  readonly execLabel: ExecLabel;
  /** SELinux: what the container's files are labelled with. */
  readonly fileLabel?: string | undefined;
  /** The `<seclabel>` of the live definition. */
  readonly live: Seclabel;
  readonly locks: readonly HeldLock[];
  /** The files of the locks. */
  readonly files: readonly string[];
  /** AppArmor: the profile that was loaded. */
  readonly profile?: string | undefined;
  /** Takes back what was made, when the start fails. Never rejects. */
  undo(): Promise<void>;
}
