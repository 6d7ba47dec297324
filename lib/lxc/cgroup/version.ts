/** What differs between the two versions of cgroups, as far as limits go. */
import type { BlkiotuneDevice } from '../../definition/domain/index.js';
import type { Limits } from '../../driver.js';
import type { ResourceKind, Resources } from './resources.js';

/** One limit in one file of a group. */
export interface LimitFile {
  /** Names that the file has in different kernels: the first that exists counts. */
  readonly names: readonly [string, ...string[]];
  /** `major:minor`, in a file with a line per device. */
  readonly device?: string;
  /** Empty: as the group above. */
  readonly value: string;
  /** What it is in a new group. */
  readonly initial: string;
  /** The element that asks for it, for messages. */
  readonly element: string;
  /** Left out by a kernel that does not have it: the limit is not one that the definition says. */
  readonly optional?: boolean;
  /** The kernel keeps it at or above the others: it is raised before them, and lowered after them. */
  readonly outermost?: boolean;
  /** A lower value must not cost a process its life: what is above it has to be given up first. */
  readonly reclaims?: boolean;
}

export function limitFile(
  name: string,
  element: string,
  values: Pick<LimitFile, 'value' | 'initial'>,
): LimitFile {
  return { names: [name], element, ...values };
}

/** Huge pages in use, and those that are reserved; not every kernel counts the second. */
export function hugetlbFiles(
  sizes: Resources['hugetlb'],
  { limit, initial }: { readonly limit: string; readonly initial: string },
): LimitFile[] {
  return sizes.flatMap(({ size, limitBytes }) => {
    const values = { value: String(limitBytes), initial };
    return [
      limitFile(`hugetlb.${size}.${limit}`, '<virtainer:hugetlb>', values),
      { ...limitFile(`hugetlb.${size}.rsvd.${limit}`, '<virtainer:hugetlb>', values), optional: true },
    ];
  });
}

/** Limits of a device by its number, `major:minor`. */
export interface NumberedDevice extends Omit<BlkiotuneDevice, 'path'> {
  readonly number: string;
}

/** What a group's files say. */
export interface GroupLimits extends Omit<Limits, 'blockDevices' | 'memoryMode'> {
  readonly blockDevices: readonly NumberedDevice[];
}

export interface CgroupVersion {
  /** The kernel's name of the controller. */
  readonly controllers: Readonly<Record<ResourceKind, string>>;
  /** In the order in which they are written to a new group. */
  readonly files: { readonly [Kind in ResourceKind]: (limits: Resources[Kind]) => readonly LimitFile[] };
  /** What a group is held to. */
  readonly read: Readonly<Record<ResourceKind, (directory: string) => Promise<Partial<GroupLimits>>>>;
}
