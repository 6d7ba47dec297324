/** File systems that show the kernel, not files. @see include/uapi/linux/magic.h */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

const MAGIC_NUMBERS = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x1cd1, // devpts
  0xf97cff8c, // selinuxfs
  0x6165676c, // pstore
  0x62656570, // configfs
]);

/** Of a path that can't be looked at, what lies above it decides. */
export function isKernelFileSystem(path: string): boolean {
  try {
    return MAGIC_NUMBERS.has(statfsSync(path).type);
  } catch {
    const above = dirname(path);
    return above !== path && isKernelFileSystem(above);
  }
}
