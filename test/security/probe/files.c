// w.* opens for writing what changes the host; r.* reads what says too much about it.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "probe.h"

enum { PROC_MAGIC = 0x9fa0, SYSFS_MAGIC = 0x62656572 };

// What a mask has put over the file, /dev/null perhaps, can be written to without harm.
static bool is_masked(int fd) {
  struct statfs system;
  return fd >= 0 && fstatfs(fd, &system) == 0 && system.f_type != PROC_MAGIC && system.f_type != SYSFS_MAGIC;
}

static struct outcome judge_kernel_file(const char* path, int fd) {
  if (!is_masked(fd)) return judge_open(path, fd);
  close(fd);
  return blocked("masked");
}

static struct outcome try_write(const struct probe* probe) {
  return judge_kernel_file(probe->subject, open(probe->subject, O_WRONLY | O_CLOEXEC | O_NONBLOCK));
}

static struct outcome judge_text(const char* path, long length) {
  if (length > 0) return opened("%ld bytes", length);
  if (length < 0) return judge_open(path, -1);
  return has_fact("no-file", path) ? not_applicable("empty on this host, too") : blocked("empty");
}

// Reads a little only, as some of these files cost the kernel a lot, and a multiple of 8 bytes, as others
// want.
static struct outcome try_read(const struct probe* probe) {
  char text[512 + 1];
  return judge_text(probe->subject, read_text(probe->subject, text, sizeof text));
}

// Lines that start with an address: what the kernel prints as zeros tells nothing.
static struct outcome try_addresses(const struct probe* probe) {
  char text[4096];
  long length = read_text(probe->subject, text, sizeof text);
  if (length <= 0) return judge_text(probe->subject, length);
  for (char* line = text; line; line = strchr(line, '\n')) {
    line += strspn(line, "\n ");
    if (strtoull(line, NULL, 16) != 0) return opened("addresses: %.16s", line);
    char* end = strchr(line, '-');
    if (end && strtoull(end + 1, NULL, 16) != 0) return opened("addresses: %.33s", line);
  }
  return blocked("zeros");
}

// Reading would take the messages away from the host's own logger.
static struct outcome try_open_only(const struct probe* probe) {
  return judge_kernel_file(probe->subject, open(probe->subject, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

static struct outcome try_list(const struct probe* probe) {
  DIR* directory = opendir(probe->subject);
  if (!directory) return judge_open(probe->subject, -1);
  int count = 0;
  for (struct dirent* entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
  closedir(directory);
  if (count == 0 && has_fact("no-file", probe->subject)) return not_applicable("empty on this host, too");
  return count > 0 ? opened("%d entries", count) : blocked("empty");
}

#define WRITE(name, path)             \
  {                                   \
    "w." name, try_write, path, { 0 } \
  }

static const struct probe write_rows[] = {
    WRITE("core_pattern", "/proc/sys/kernel/core_pattern"),
    WRITE("core_pipe_limit", "/proc/sys/kernel/core_pipe_limit"),
    WRITE("modprobe", "/proc/sys/kernel/modprobe"),
    WRITE("usermodehelper_bset", "/proc/sys/kernel/usermodehelper/bset"),
    WRITE("poweroff_cmd", "/proc/sys/kernel/poweroff_cmd"),
    WRITE("binfmt_misc", "/proc/sys/fs/binfmt_misc/register"),
    WRITE("sysrq_trigger", "/proc/sysrq-trigger"),
    WRITE("panic_on_oom", "/proc/sys/vm/panic_on_oom"),
    WRITE("panic", "/proc/sys/kernel/panic"),
    WRITE("overcommit_memory", "/proc/sys/vm/overcommit_memory"),
    WRITE("drop_caches", "/proc/sys/vm/drop_caches"),
    WRITE("pid_max", "/proc/sys/kernel/pid_max"),
    WRITE("ns_last_pid", "/proc/sys/kernel/ns_last_pid"),
    WRITE("randomize_va_space", "/proc/sys/kernel/randomize_va_space"),
    WRITE("kptr_restrict", "/proc/sys/kernel/kptr_restrict"),
    WRITE("keys_max", "/proc/sys/kernel/keys/maxkeys"),
    WRITE("pty_max", "/proc/sys/kernel/pty/max"),
    WRITE("suid_dumpable", "/proc/sys/fs/suid_dumpable"),
    WRITE("protected_symlinks", "/proc/sys/fs/protected_symlinks"),
    WRITE("file_max", "/proc/sys/fs/file-max"),
    WRITE("legacy_tiocsti", "/proc/sys/dev/tty/legacy_tiocsti"),
    WRITE("hostname", "/proc/sys/kernel/hostname"),
    WRITE("uevent_helper", "/sys/kernel/uevent_helper"),
    WRITE("irq_affinity", "/proc/irq/default_smp_affinity"),
    WRITE("mtrr", "/proc/mtrr"),
    WRITE("thp", "/sys/kernel/mm/transparent_hugepage/enabled"),
    WRITE("ksm", "/sys/kernel/mm/ksm/run"),
    WRITE("power_state", "/sys/power/state"),
    WRITE("uevent_trigger", "/sys/class/mem/null/uevent"),
    WRITE("module_parameter", "/sys/module/printk/parameters/time"),
};
const struct table kWrites = TABLE(write_rows);

#define READ(name, path)             \
  {                                  \
    "r." name, try_read, path, { 0 } \
  }
#define LIST(name, path)             \
  {                                  \
    "r." name, try_list, path, { 0 } \
  }

static const struct probe read_rows[] = {
    READ("kcore", "/proc/kcore"),
    {"r.kallsyms", try_addresses, "/proc/kallsyms", {0}},
    {"r.iomem", try_addresses, "/proc/iomem", {0}},
    {"r.ioports", try_addresses, "/proc/ioports", {0}},
    {"r.kmsg", try_open_only, "/proc/kmsg", {0}},
    READ("keys", "/proc/keys"),
    READ("timer_list", "/proc/timer_list"),
    READ("vmallocinfo", "/proc/vmallocinfo"),
    READ("slabinfo", "/proc/slabinfo"),
    READ("pagetypeinfo", "/proc/pagetypeinfo"),
    READ("interrupts", "/proc/interrupts"),
    READ("softirqs", "/proc/softirqs"),
    READ("config", "/proc/config.gz"),
    READ("kpagecount", "/proc/kpagecount"),
    READ("kpageflags", "/proc/kpageflags"),
    READ("kpagecgroup", "/proc/kpagecgroup"),
    READ("mtrr", "/proc/mtrr"),
    READ("sched_debug", "/proc/sched_debug"),
    READ("latency_stats", "/proc/latency_stats"),
    LIST("acpi", "/proc/acpi"),
    LIST("asound", "/proc/asound"),
    LIST("scsi", "/proc/scsi"),
    LIST("firmware", "/sys/firmware"),
    LIST("debugfs", "/sys/kernel/debug"),
    LIST("tracefs", "/sys/kernel/tracing"),
    LIST("securityfs", "/sys/kernel/security"),
    READ("notes", "/sys/kernel/notes"),
    LIST("bpffs", "/sys/fs/bpf"),
    LIST("pstore", "/sys/fs/pstore"),
    LIST("selinuxfs", "/sys/fs/selinux"),
    LIST("powercap", "/sys/devices/virtual/powercap"),
    LIST("thermal_throttle", "/sys/devices/system/cpu/cpu0/thermal_throttle"),
    READ("dmi_uuid", "/sys/class/dmi/id/product_uuid"),
    READ("dmi_serial", "/sys/class/dmi/id/product_serial"),
};
const struct table kReads = TABLE(read_rows);
