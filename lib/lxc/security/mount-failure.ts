/** Why something can't be mounted in a container, for what the controller names in place of a system call. */

interface Explained {
  readonly why: string;
  readonly hint: string;
}

/** mount_setattr(2) refuses the owners that the container sees, and nothing else. */
const IDMAP = 'MOUNT_ATTR_IDMAP';
/** Source or target leads into proc, sysfs and the like. */
const KERNEL = 'KERNEL_FILE_SYSTEM';
/** Its path names something else by now. */
const MOVED = 'MOUNT_MOVED';

/** `undefined` for an ordinary system call. See docs/user-namespaces.md. */
export function explainMountFailure(call: string, errno: string, path: string): Explained | undefined {
  if (call === KERNEL) {
    return {
      why: `${path} leads into a file system of the kernel's`,
      hint: 'look for a link in the root file system of the container',
    };
  }
  if (call === MOVED) {
    return {
      why: `somebody has renamed what is at ${path} while the container was started`,
      hint: 'let nobody write to its root file system meanwhile',
    };
  }
  return call === IDMAP ? explainIdmap(errno, path) : undefined;
}

function explainIdmap(errno: string, path: string): Explained {
  const what = `the container cannot own files of ${path}`;
  if (errno === 'EPERM') {
    return {
      why: `${what}: it is mapped to other owners already, or was mounted by a user namespace`,
      hint: 'give the directory as the host has it mounted itself',
    };
  }
  return {
    why: `${what}: its file system has no idmapped mounts`,
    hint:
      'copy the files to ext4, xfs, btrfs or tmpfs; or write an <idmap>, and give the files to its ids; or, without ' +
      "the protection of a user namespace, <virtainer:userNamespace mode='none'/>",
  };
}
