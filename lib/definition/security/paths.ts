/** What no container sees, and what none can write to, in the kernel's own file systems. */

/** Files and directories that look empty. What does not exist is not there either way. */
export const MASKED_PATHS: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/config.gz',
  '/proc/interrupts',
  '/proc/iomem',
  '/proc/ioports',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/key-users',
  '/proc/keys',
  '/proc/kmsg',
  '/proc/kpagecgroup',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/latency_stats',
  '/proc/modules',
  '/proc/mtrr',
  '/proc/pagetypeinfo',
  '/proc/sched_debug',
  '/proc/schedstat',
  '/proc/scsi',
  '/proc/slabinfo',
  '/proc/softirqs',
  '/proc/sysrq-trigger',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/vmallocinfo',
  '/sys/class/dmi',
  '/sys/devices/virtual/dmi',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/bpf',
  '/sys/fs/pstore',
  '/sys/fs/selinux',
  '/sys/kernel/boot_params',
  '/sys/kernel/debug',
  '/sys/kernel/notes',
  '/sys/kernel/security',
  '/sys/kernel/tracing',
  '/sys/kernel/vmcoreinfo',
];

/** Below each CPU's folder: what tells about the host's load. Part of the list above. */
export const MASKED_CPU_FILES: readonly string[] = ['thermal_throttle'];

export const READONLY_PATHS: readonly string[] = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys'];
