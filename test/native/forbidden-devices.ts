/** Disks, memory, the kernel's log, fuse, tun: A-062. No container gets them unless it is given them. */
export const FORBIDDEN_DEVICES = [
  ['b', 8, 0],
  ['b', 254, 0],
  ['c', 1, 1],
  ['c', 1, 11],
  ['c', 10, 229],
  ['c', 10, 200],
] as const;
