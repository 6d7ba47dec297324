/** Read, write and mknod of a device, in the letters of the cgroup v1 files. */
export const DEVICE_ACCESSES = ['r', 'w', 'rw', 'm', 'rm', 'wm', 'rwm'] as const;
export type DeviceAccess = (typeof DEVICE_ACCESSES)[number];

export const ACCESS_LETTERS = ['r', 'w', 'm'] as const;
export type AccessLetter = (typeof ACCESS_LETTERS)[number];

export function uniteAccess(one: DeviceAccess, other: DeviceAccess): DeviceAccess {
  return accessOf((letter) => one.includes(letter) || other.includes(letter)) ?? one;
}

/** What of `one` is not in `other`; undefined when nothing is left. */
export function subtractAccess(one: DeviceAccess, other: DeviceAccess | undefined): DeviceAccess | undefined {
  return accessOf((letter) => one.includes(letter) && other?.includes(letter) !== true);
}

/** undefined for no letter. */
function accessOf(has: (letter: AccessLetter) => boolean): DeviceAccess | undefined {
  return DEVICE_ACCESSES.find((access) =>
    ACCESS_LETTERS.every((letter) => access.includes(letter) === has(letter)),
  );
}
