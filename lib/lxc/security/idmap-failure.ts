/** Why the kernel does not give the files of a mount the owners that a container sees. */

/** What the controller names in place of a system call when mount_setattr(2) refuses the owners, and nothing else. */
export const IDMAP_CALL = 'MOUNT_ATTR_IDMAP';

interface Explained {
  readonly why: string;
  readonly hint: string;
}

/** See docs/user-namespaces.md. */
export function explainIdmapFailure(errno: string): Explained {
  if (errno === 'EPERM') {
    return {
      why: 'it is mapped to other owners already, or was mounted by a user namespace',
      hint: 'give the directory as the host has it mounted itself',
    };
  }
  return {
    why: 'its file system has no idmapped mounts',
    hint:
      'copy the files to ext4, xfs, btrfs or tmpfs; or write an <idmap>, and give the files to its ids; or, without ' +
      "the protection of a user namespace, <virtainer:userNamespace mode='none'/>",
  };
}
