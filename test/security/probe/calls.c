// sc.*: system calls whose arguments fit into a table. Each call is one that either changes nothing or is
// refused for its arguments, but only after the kernel has checked the right to make it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdint.h>
#include <sys/fanotify.h>
#include <sys/quota.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "probe.h"

#define ADDRESS(object) ((intptr_t)(object))

static const union bpf_attr kMap = {
    .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
static const struct perf_event_attr kClock = {.type = PERF_TYPE_SOFTWARE,
                                              .size = sizeof(struct perf_event_attr),
                                              .config = PERF_COUNT_SW_CPU_CLOCK,
                                              .exclude_kernel = 1};
static struct io_uring_params ring;
static char byte;
// A length of the clock's tick that no kernel takes.
static struct timex impossible_tick = {.modes = ADJ_TICK, .tick = 1};

enum {
  ALL_BITS = -1,
  UNKNOWN_KEXEC_FLAGS = 0xffff,
  WRONG_REBOOT_MAGIC = 0x1234,
  USER_FAULTS_ONLY = 1,
  READ_KERNEL_LOG = 3,
  READ_LDT = 0,
  // Numbers behind the newest call of this kernel: whatever they will do one day, they must not do it here.
  BEHIND_NEWEST = 600,
  FAR_BEHIND_NEWEST = 0x3fffffff,
};

static struct outcome call(const struct probe* probe) {
  const long* with = probe->numbers;
  return judge_call(probe->subject, syscall(with[0], with[1], with[2], with[3], with[4], with[5], with[6]));
}

// The two clock calls check their arguments first, and nothing is at stake without the host's CAP_SYS_TIME.
static struct outcome call_with_host_time(const struct probe* probe) {
  enum { CAP_SYS_TIME = 25 };
  struct outcome outcome = call(probe);
  bool may = is_initial_user_namespace() && has_capability("CapEff:", CAP_SYS_TIME);
  return outcome.verdict == OPEN && !may ? blocked("no CAP_SYS_TIME on the host") : outcome;
}

// What only asks whether the number does anything: a refusal counts as blocked whatever the reason.
static struct outcome call_unknown(const struct probe* probe) {
  long result = syscall(probe->numbers[0], 0, 0, 0, 0, 0, 0);
  return open_if(result >= 0 || (errno != ENOSYS && errno != EPERM), result >= 0 ? "done" : error_name());
}

#define CALL(name, ...)                                   \
  {                                                       \
    "sc." #name, call, #name, { SYS_##name, __VA_ARGS__ } \
  }
#define UNSHARE(name, flag)                                    \
  {                                                            \
    "sc.unshare_" name, call, "unshare", { SYS_unshare, flag } \
  }
#define PERSONA(name, persona)                                                \
  {                                                                           \
    "sc.personality_" name, call, "personality", { SYS_personality, persona } \
  }

static const struct probe rows[] = {
    UNSHARE("newuser", CLONE_NEWUSER),
    UNSHARE("newns", CLONE_NEWNS),
    UNSHARE("newpid", CLONE_NEWPID),
    UNSHARE("newnet", CLONE_NEWNET),
    UNSHARE("newipc", CLONE_NEWIPC),
    UNSHARE("newuts", CLONE_NEWUTS),
    UNSHARE("newcgroup", CLONE_NEWCGROUP),
    UNSHARE("newtime", 0x80),
    CALL(bpf, BPF_MAP_CREATE, ADDRESS(&kMap), sizeof kMap),
    CALL(perf_event_open, ADDRESS(&kClock), 0, -1, -1, 0),
    CALL(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1),
    CALL(add_key, ADDRESS("user"), ADDRESS("probe"), ADDRESS("x"), 1, KEY_SPEC_PROCESS_KEYRING),
    CALL(request_key, ADDRESS("user"), ADDRESS("probe-none"), 0, 0),
    CALL(io_uring_setup, 1, ADDRESS(&ring)),
    CALL(userfaultfd, O_CLOEXEC | USER_FAULTS_ONLY),
    CALL(kexec_load, 0, 0, 0, UNKNOWN_KEXEC_FLAGS),
    CALL(kexec_file_load, -1, -1, 0, 0, UNKNOWN_KEXEC_FLAGS),
    CALL(init_module, 0, 0, ADDRESS("")),
    CALL(finit_module, -1, ADDRESS(""), ALL_BITS),
    CALL(delete_module, ADDRESS("probe_none"), O_NONBLOCK),
    CALL(swapon, ADDRESS(""), 0),
    CALL(swapoff, ADDRESS("")),
    CALL(acct, ADDRESS("/nonexistent/probe")),
    CALL(quotactl, QCMD(Q_GETFMT, USRQUOTA), ADDRESS("/nonexistent/probe"), 0, 0),
    CALL(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_FID, O_RDONLY),
    CALL(move_pages, 0, 0, 0, 0, 0, 0),
    CALL(modify_ldt, READ_LDT, ADDRESS(&byte), 0),
    PERSONA("read_implies_exec", 0x0400000),
    PERSONA("addr_no_randomize", 0x0040000),
    CALL(iopl, 3),
    CALL(ioperm, 0x80, 1, 1),
    CALL(syslog, READ_KERNEL_LOG, ADDRESS(&byte), 1),
    {"sc.settimeofday", call, "settimeofday", {SYS_settimeofday, 0, 0}},
    {"sc.clock_settime", call_with_host_time, "clock_settime", {SYS_clock_settime, 0, 0}},
    CALL(adjtimex, ADDRESS(&impossible_tick)),
    CALL(clock_adjtime, 0, ADDRESS(&impossible_tick)),
    CALL(reboot, WRONG_REBOOT_MAGIC, 0, 0, 0),
    CALL(uselib, ADDRESS("/nonexistent/probe")),
    CALL(lookup_dcookie, 0, 0, 0),
    CALL(sethostname, ADDRESS(&byte), -1),
    CALL(chroot, ADDRESS("/")),
    {"sc.unknown_600", call_unknown, NULL, {BEHIND_NEWEST}},
    {"sc.unknown_far", call_unknown, NULL, {FAR_BEHIND_NEWEST}},
    {"sc.x32", call_unknown, NULL, {0x40000000 | SYS_getpid}},
};
const struct table kCalls = TABLE(rows);
