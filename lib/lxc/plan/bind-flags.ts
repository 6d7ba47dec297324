/** How a directory of the host is bound into a container. */

export interface BindNeeds {
  readonly readonly: boolean;
  /** Whether the ids of its files are those of the container. */
  readonly mapsIds: boolean;
}

export function bindFlags({ readonly, mapsIds }: BindNeeds): string {
  const flags = [...(readonly ? ['ro'] : []), ...(mapsIds ? ['idmap'] : [])];
  return flags.length === 0 ? '-' : flags.join(',');
}
