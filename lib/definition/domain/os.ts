/** @see https://libvirt.org/formatdomain.html#container-boot */

export const OS_TYPES = ['exe'] as const;

export interface InitEnv {
  readonly name: string;
  readonly value: string;
}
export interface Os {
  readonly type: 'exe';
  /** libvirt's name of the architecture, for example `x86_64`; the host's when absent. */
  readonly arch?: string;
  /** Absolute path inside the container. */
  readonly init: string;
  readonly initargs?: readonly string[];
  readonly initenv?: readonly InitEnv[];
  /** Working directory of init; `/` when absent. */
  readonly initdir?: string;
  /** Name, number or `+number`, resolved inside the container's root; root when absent. */
  readonly inituser?: string;
  readonly initgroup?: string;
}
export interface CompleteOs extends Os {
  readonly arch: string;
}
