/** Nodes that tell their numbers. */

export interface BlockNumbers {
  readonly major: number;
  readonly minor: number;
}

/** The numbers of `/dev/block/MAJOR:MINOR`. What other nodes are, only their host knows. */
export function blockNumbers(path: string): BlockNumbers | undefined {
  const [, major, minor] = /^\/dev\/block\/(\d{1,9}):(\d{1,9})$/u.exec(path) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor) };
}
