/** Mount flags of what a definition asks for. */

export interface BindNeeds {
  readonly readonly: boolean;
  /** Whether the ids of its files are those of the container. */
  readonly mapsIds?: boolean;
}

/** Never from or over a file system of the kernel's, wherever a link of the root may lead. */
export function bindFlags({ readonly, mapsIds = false }: BindNeeds): string {
  return ['nokernel', ...(readonly ? ['ro'] : []), ...(mapsIds ? ['idmap'] : [])].join(',');
}
