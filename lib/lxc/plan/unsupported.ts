/**
 * What libvirt's container driver acts on, and this version does not yet: refused at the start, never ignored.
 * A row goes when the kernel side of its element comes.
 */
import type {
  BindFilesystem,
  CompleteDevices,
  CompleteDomain,
  Filesystem,
  HostFacts,
  MountFilesystem,
  RamFilesystem,
} from '../../definition/domain/index.js';
import { memoryLimitKiB } from '../../definition/domain/index.js';
import { quote, VirtError } from '../../errors.js';
import { isStartableDisk, isStartableHostdev } from '../security/devices/host-nodes.js';
import { UNSUPPORTED_EXTENSIONS } from './unsupported-extensions.js';

/** A file system that a plan has steps for. */
export type StartableFilesystem = MountFilesystem | BindFilesystem | RamFilesystem;

/** A definition in which nothing is left that a plan has no steps for. */
export interface StartableDomain extends CompleteDomain {
  readonly devices: CompleteDevices & { readonly filesystems: readonly StartableFilesystem[] };
}

export interface UnsupportedElement {
  /** Path of the element or attribute below `<domain>`. */
  readonly element: string;
  /** What of it the definition asks for, as the error names it. */
  readonly find: (definition: CompleteDomain, host: HostFacts) => string | undefined;
  /** What the user can do. */
  readonly hint: string;
}

export const UNSUPPORTED: readonly UnsupportedElement[] = [
  {
    element: 'memtune/min_guarantee',
    find: ({ memtune }) => (memtune?.minGuaranteeKiB === undefined ? undefined : '<memtune> min_guarantee'),
    hint: 'remove <min_guarantee>: nothing can guarantee memory to a container',
  },
  {
    element: 'memtune/swap_hard_limit',
    find: (definition) => {
      const { swapHardLimitKiB = Infinity } = definition.memtune ?? {};
      const isBelow = swapHardLimitKiB < memoryLimitKiB(definition);
      return isBelow ? `<memtune> swap_hard_limit of ${swapHardLimitKiB} KiB, below the memory` : undefined;
    },
    hint: 'swap_hard_limit is memory and swap together: lower <currentMemory> or <hard_limit>, or raise it',
  },
  {
    element: 'vcpu@placement',
    find: ({ vcpuPlacement }) => (vcpuPlacement === 'auto' ? "<vcpu placement='auto'>" : undefined),
    hint: "use placement='static': the container may use every CPU",
  },
  {
    element: 'numatune/memory@placement',
    find: ({ numatune }) =>
      numatune?.memory?.placement === 'auto' ? "<numatune> memory placement='auto'" : undefined,
    hint: "use placement='static' with a nodeset, or remove <memory>: it comes from every node of the host",
  },
  {
    element: 'os/type@arch',
    find: ({ os }, host) => (os.arch === host.arch ? undefined : `<type arch=${quote(os.arch)}>`),
    hint: "remove 'arch': programs of the architecture run, and see the host's",
  },
  {
    element: 'clock@offset',
    find: ({ clock: { offset } }) =>
      offset === 'utc' || offset === 'localtime' ? undefined : `<clock offset='${offset}'>`,
    hint: "use offset='utc': the container has the host's clock",
  },
  {
    element: 'clock/timer',
    find: ({ clock: { offset, timers } }) => {
      // Without localtime libvirt makes no device for a timer either.
      const timer = offset === 'localtime' ? timers?.find(({ present }) => present !== false) : undefined;
      return timer && `<clock offset='localtime'>: timer '${timer.name}'`;
    },
    hint: "remove <timer>, or say present='no'",
  },
  {
    element: 'devices/disk@type',
    find: ({ devices }) => {
      const found = devices.disks?.find((disk) => !isStartableDisk(disk));
      return found && `<disk type='${found.type}'> target '${found.target}'`;
    },
    hint: "attach the image to a loop device, and use type='block' with that",
  },
  {
    element: 'devices/filesystem@type',
    find: ({ devices }) => {
      const found = devices.filesystems.find((filesystem) => !isStartable(filesystem));
      return found && `<filesystem type='${found.type}'> target ${quote(found.target)}`;
    },
    hint: "mount it on the host, and use type='mount' with that directory",
  },
  {
    element: 'devices/interface',
    find: ({ devices }) => devices.interfaces?.[0] && `<interface type='${devices.interfaces[0].type}'>`,
    hint: 'remove <interface>: the container has a network of its own with loopback only',
  },
  {
    element: 'devices/hostdev@type',
    find: ({ devices }) => {
      const found = devices.hostdevs?.find((hostdev) => !isStartableHostdev(hostdev));
      return found && `<hostdev type='${found.type}'>`;
    },
    hint: "remove <hostdev>: of the host's devices a container can get those with a node in /dev",
  },
  ...UNSUPPORTED_EXTENSIONS,
];

/** @throws VirtError CONFIG_UNSUPPORTED naming the first element that would be without effect. */
export function refuseUnsupported(
  definition: CompleteDomain,
  host: HostFacts,
): asserts definition is StartableDomain {
  for (const { find, hint } of UNSUPPORTED) {
    const asked = find(definition, host);
    if (asked === undefined) continue;
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      `${asked}: not supported by this version: the container would run without it`,
      { hint },
    );
  }
}

export function isStartable(filesystem: Filesystem): filesystem is StartableFilesystem {
  return filesystem.type === 'mount' || filesystem.type === 'bind' || filesystem.type === 'ram';
}
