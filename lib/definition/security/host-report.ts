/** What a host can do for containers. */

/** `required`: without it no container starts. `recommended`: it protects better with it. `optional`: good to know. */
export type CheckLevel = 'required' | 'recommended' | 'optional';

/** One thing that was looked at. */
export interface HostCheck {
  /** Stable, for programs: lower case with dashes. */
  readonly name: string;
  readonly ok: boolean;
  readonly level: CheckLevel;
  /** What there is, for people. */
  readonly found: string;
  /** How to mend it; only of what is not ok. */
  readonly hint?: string;
}

/** What `checkHost()` found. */
export interface HostReport {
  /** True when everything required is there. */
  readonly ok: boolean;
  readonly checks: readonly HostCheck[];
}
