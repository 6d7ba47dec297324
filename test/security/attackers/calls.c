/* system calls that reach into the kernel or to the host. */
#define _GNU_SOURCE
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <time.h>

#include "report.h"

#define NETLINK_PROTOCOLS 23
#define FAMILIES 46

static long zeros[64];

static void kernel_entry(void) {
  char buffer[64] = "";
  struct iovec vector = {buffer, sizeof buffer};
  TRY_FILTERED(syscall(SYS_bpf, 0, zeros, sizeof zeros), "A-075/bpf-map");
  TRY_FILTERED(syscall(SYS_bpf, 5, zeros, sizeof zeros), "A-075/bpf-program");
  TRY_FILTERED(syscall(SYS_perf_event_open, zeros, 0, -1, -1, 0), "A-075/perf");
  TRY_FILTERED(syscall(SYS_userfaultfd, 0), "A-075/userfaultfd");
  TRY_FILTERED(syscall(SYS_userfaultfd, 1), "A-075/userfaultfd-user");
  TRY_FILTERED(syscall(SYS_io_uring_setup, 1, zeros), "A-069/setup");
  TRY_FILTERED(syscall(SYS_io_uring_enter, 0, 1, 0, 0, NULL, 0), "A-069/enter");
  TRY_FILTERED(syscall(SYS_io_uring_register, 0, 0, NULL, 0), "A-069/register");
  TRY_FILTERED(syscall(SYS_open_by_handle_at, AT_FDCWD, zeros, 0), "A-075/open_by_handle_at");
  TRY_FILTERED(syscall(SYS_kexec_load, 0, 0, NULL, ~0UL), "A-075/kexec_load");
  TRY_FILTERED(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, ~0UL), "A-075/kexec_file_load");
  TRY_FILTERED(syscall(SYS_init_module, buffer, 0, ""), "A-075/init_module");
  TRY_FILTERED(syscall(SYS_finit_module, -1, "", 0), "A-075/finit_module");
  TRY_FILTERED(syscall(SYS_delete_module, "attack-no-such-module", O_NONBLOCK), "A-075/delete_module");
  TRY_FILTERED(syscall(SYS_swapon, "/attack-nowhere", 0), "A-075/swapon");
  TRY_FILTERED(syscall(SYS_swapoff, "/attack-nowhere"), "A-075/swapoff");
  TRY_FILTERED(syscall(SYS_acct, "/attack-nowhere"), "A-075/acct");
  TRY_FILTERED(syscall(SYS_iopl, 0x7fff), "A-075/iopl");
  TRY_FILTERED(syscall(SYS_ioperm, 0x80, 1, 1), "A-075/ioperm");
  TRY_FILTERED(syscall(SYS_syslog, 3, buffer, sizeof buffer), "A-075/syslog-read");
  TRY_FILTERED(syscall(SYS_syslog, 10, NULL, 0), "A-075/syslog-size");
  TRY_FILTERED(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0), "A-075/kcmp");
  TRY_FILTERED(syscall(SYS_modify_ldt, 0, buffer, sizeof buffer), "A-075/modify_ldt");
  TRY_FILTERED(syscall(SYS_process_vm_readv, getpid(), &vector, 1, &vector, 1, 0), "A-075/process_vm_readv");
  TRY_FILTERED(syscall(SYS_process_vm_writev, getpid(), &vector, 1, &vector, 1, 0),
               "A-075/process_vm_writev");
  TRY_FILTERED(syscall(SYS_process_madvise, -1, NULL, 0, 0, 0), "A-075/process_madvise");
  TRY_FILTERED(syscall(SYS_move_pages, 0, 0, NULL, NULL, NULL, 0), "A-075/move_pages");
  TRY_FILTERED(syscall(SYS_migrate_pages, -1, 0, NULL, NULL), "A-075/migrate_pages");
  TRY_FILTERED(syscall(SYS_pidfd_getfd, -1, 0, 0), "A-075/pidfd_getfd");
  TRY_FILTERED(syscall(SYS_quotactl, 0x800007L << 8, NULL, 0, buffer), "A-075/quotactl");
  TRY_FILTERED(syscall(SYS_fanotify_init, 0x0c, O_RDONLY), "A-075/fanotify");
  TRY_FILTERED(syscall(SYS_name_to_handle_at, AT_FDCWD, "/attack-nowhere", zeros, zeros, 0),
               "A-075/name_to_handle_at");
  TRY_FILTERED(syscall(SYS_chroot, "/attack-nowhere"), "A-075/chroot");
  TRY_FILTERED(syscall(SYS_pivot_root, "/attack-nowhere", "/attack-nowhere"), "A-075/pivot_root");
  TRY_FILTERED(syscall(SYS_mount, "x", "/attack-nowhere", "tmpfs", 0, NULL), "A-075/mount");
  TRY_FILTERED(syscall(SYS_umount2, "/attack-nowhere", 0), "A-075/umount");
  TRY_FILTERED(syscall(SYS_fsopen, "attack-no-fs", 0), "A-075/fsopen");
  TRY_FILTERED(syscall(SYS_open_tree, AT_FDCWD, "/attack-nowhere", 1), "A-075/open_tree");
  TRY_FILTERED(syscall(SYS_vmsplice, -1, NULL, 0, 0), "A-075/vmsplice");
  TRY_FILTERED(syscall(SYS_uselib, "/attack-nowhere"), "A-075/uselib");
  TRY_FILTERED(syscall(SYS_lookup_dcookie, 0, buffer, sizeof buffer), "A-075/lookup_dcookie");
  TRY_FILTERED(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL), "A-075/reboot");
  TRY_FILTERED(syscall(SYS_setns, -1, 0), "A-075/setns");
}

static void personalities(void) {
  static const unsigned long values[] = {0x400000, 0x40000, 0x200000, 0x100000, 0x7};
  for (size_t index = 0; index < sizeof values / sizeof *values; index++)
    TRY(syscall(SYS_personality, values[index]), "A-075/personality/%lx", values[index]);
}

static int is_allowed_family(int family, int protocol) {
  if (family == AF_NETLINK) return protocol == 0 || protocol == 15 || protocol == 16;
  return family == AF_UNIX || family == AF_INET || family == AF_INET6;
}
static void try_socket(int family, int type, int protocol) {
  int fd = socket(family, type, protocol);
  int error = errno;
  if (is_allowed_family(family, protocol) && type != SOCK_RAW && family != AF_NETLINK) return;
  if (family == AF_NETLINK && is_allowed_family(family, protocol)) return;
  report(fd >= 0, error, "A-076/socket/%d/%d/%d", family, type, protocol);
  if (fd >= 0) close(fd);
}
static void families(void) {
  static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_PACKET};
  int pair[2];
  for (int family = 0; family < FAMILIES; family++) {
    if (family == AF_NETLINK || family == AF_UNIX) continue;
    for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
      if ((family == AF_INET || family == AF_INET6) && types[type] == SOCK_RAW)
        try_socket(family, SOCK_RAW, 1);
      else if (family != AF_INET && family != AF_INET6)
        try_socket(family, types[type], 0);
    }
    if (!is_allowed_family(family, 0))
      TRY(socketpair(family, SOCK_STREAM, 0, pair), "A-076/socketpair/%d", family);
  }
  for (int protocol = 0; protocol < NETLINK_PROTOCOLS; protocol++) try_socket(AF_NETLINK, SOCK_RAW, protocol);
}

static void try_unshare(unsigned long flags, const char* name) {
  pid_t pid = fork();
  if (pid == 0) {
    TRY(unshare((int)flags), "A-077/unshare/%s", name);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  errno = 0;
  long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  report(child > 0, errno, "A-077/clone/%s", name);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
}
static void nested(void) {
  try_unshare(CLONE_NEWUSER, "user");
  try_unshare(CLONE_NEWUSER | CLONE_NEWNET, "user-net");
  try_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID, "user-mount-pid");
  static const char* const paths[] = {"/proc/1/ns/user", "/proc/self/ns/user", "/proc/1/ns/mnt",
                                      "/proc/1/ns/net"};
  for (size_t index = 0; index < sizeof paths / sizeof *paths; index++) {
    int fd = open(paths[index], O_RDONLY | O_CLOEXEC);
    TRY(fd < 0 ? -1 : setns(fd, index < 2 ? CLONE_NEWUSER : 0), "A-077/setns%s", paths[index]);
    if (fd >= 0) close(fd);
  }
  int self = (int)syscall(SYS_pidfd_open, 1, 0);
  TRY(setns(self, CLONE_NEWUSER | CLONE_NEWNS), "A-077/setns-pidfd");
}

static void keys(void) {
  for (int number = 0; number < 200; number++) {
    char name[32];
    snprintf(name, sizeof name, "attack-%d", number);
    long key = syscall(SYS_add_key, "user", name, "x", 1, KEY_SPEC_PROCESS_KEYRING);
    report(key >= 0, errno, "A-079/add");
  }
  TRY_FILTERED(syscall(SYS_request_key, "user", "attack-other", NULL, 0), "A-079/request");
  TRY_FILTERED(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0), "A-079/session");
  TRY_FILTERED(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1), "A-079/user");
  TRY_FILTERED(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "attack"), "A-079/join");
  TRY_FILTERED(syscall(SYS_keyctl, KEYCTL_GET_PERSISTENT, -1, KEY_SPEC_PROCESS_KEYRING), "A-079/persistent");
  for (int number = 1; number < 200; number++)
    TRY_FILTERED(syscall(SYS_keyctl, KEYCTL_DESCRIBE, number * 5000011, NULL, 0), "A-079/guess");
}

/* The time that it is: nothing moves by more than a moment. */
static void clocks(void) {
  struct timespec now;
  struct timeval time;
  struct timex timex = {0};
  struct timezone zone = {0, 0};
  clock_gettime(CLOCK_REALTIME, &now);
  TRY(clock_settime(CLOCK_REALTIME, &now), "A-081/clock_settime");
  gettimeofday(&time, NULL);
  TRY(settimeofday(&time, NULL), "A-081/settimeofday");
  TRY(settimeofday(NULL, &zone), "A-081/timezone");
  adjtimex(&timex);
  timex.modes = ADJ_TICK;
  TRY(adjtimex(&timex), "A-081/adjtimex");
  timex.modes = ADJ_FREQUENCY;
  TRY(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &timex), "A-081/clock_adjtime");
  static const char* const files[] = {"/proc/self/timens_offsets", "/proc/1/timens_offsets", "/dev/rtc",
                                      "/dev/rtc0", "/dev/ptp0"};
  for (size_t index = 0; index < sizeof files / sizeof *files; index++) {
    int fd = open(files[index], O_WRONLY | O_CLOEXEC);
    TRY(fd < 0 ? -1 : write(fd, "monotonic 100 0", 15), "A-081%s", files[index]);
    if (fd >= 0) close(fd);
  }
  TRY(syscall(SYS_unshare, 0x80), "A-081/unshare-time");
}

static void maps(void) {
  static const char* const files[] = {"uid_map", "gid_map", "setgroups", "projid_map"};
  static const char* const texts[] = {"0 0 1", "0 0 4294967295", "0 100000 65536", "4294967295 0 1", "0 0 0"};
  static const char* const whose[] = {"self", "1"};
  for (int who = 0; who < 2; who++)
    for (int file = 0; file < 4; file++)
      for (int text = 0; text < 5; text++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%s/%s", whose[who], files[file]);
        const char* value = file == 2 ? (text % 2 ? "deny" : "allow") : texts[text];
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        ssize_t written = fd < 0 ? -1 : write(fd, value, strlen(value));
        /* To say again what is so already is not refused. */
        report(written > 0 && !(file == 2 && text % 2 == 0), errno, "A-083/%s/%s", whose[who], files[file]);
        if (fd >= 0) close(fd);
      }
  static const unsigned outside[] = {65536, 65537, 100000, 1000000, 0x7fffffff, 0xfffffffe};
  for (size_t index = 0; index < sizeof outside / sizeof *outside; index++) {
    gid_t group = outside[index];
    TRY(syscall(SYS_setgroups, 1, &group), "A-083/setgroups/%u", outside[index]);
    TRY(syscall(SYS_setresgid, -1, group, -1), "A-083/setresgid/%u", outside[index]);
    TRY(syscall(SYS_setresuid, -1, -1, outside[index]), "A-083/setresuid/%u", outside[index]);
  }
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*attack)(void);
  } all[] = {{"kernel", kernel_entry},
             {"personality", personalities},
             {"families", families},
             {"nested", nested},
             {"keys", keys},
             {"clocks", clocks},
             {"maps", maps}};
  refuse_on_host();
  for (size_t index = 0; index < sizeof all / sizeof *all; index++)
    if (argc < 2 || strcmp(argv[1], all[index].name) == 0) apart(all[index].name, all[index].attack);
  puts("END");
  return 0;
}
