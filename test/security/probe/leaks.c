// leak.*: what of the host came along into the container. The test plants what to look for.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "probe.h"

static const char* unknown(const char* key) { return fact(key) ? NULL : key; }

// Taken before main opens anything.
static int inherited = -1;

__attribute__((constructor)) static void find_inherited(void) {
  for (int fd = 3; fd < 4096 && inherited < 0; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) inherited = fd;
  }
}

static struct outcome try_descriptors(const struct probe* probe) {
  char link[100], path[32];
  if (inherited < 0) return blocked("none");
  snprintf(path, sizeof path, probe->subject, inherited);
  ssize_t length = readlink(path, link, sizeof link - 1);
  link[length > 0 ? length : 0] = '\0';
  return opened("%d: %s", inherited, link);
}

static struct outcome try_abstract_socket(const struct probe* probe) {
  if (unknown(probe->subject)) return not_applicable("not told");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char* name = fact(probe->subject);
  size_t length = strlen(name);
  memcpy(address.sun_path + 1, name, length);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
  // Some programs have names that go on with zeros to the end of the address.
  bool is_open = connect(fd, (struct sockaddr*)&address, size) == 0 ||
                 connect(fd, (struct sockaddr*)&address, sizeof address) == 0;
  return open_if(is_open, is_open ? "connected" : error_name());
}

static struct outcome try_abstract_listing(const struct probe* probe) {
  if (unknown("abstract-socket")) return not_applicable("not told");
  return open_if(file_mentions(probe->subject, fact("abstract-socket")), probe->subject);
}

static struct outcome try_mount_paths(const struct probe* probe) {
  if (unknown("state-directory")) return not_applicable("not told");
  return open_if(file_mentions(probe->subject, fact("state-directory")), probe->subject);
}

// Subject: the fact with a path of the host.
static struct outcome try_host_path(const struct probe* probe) {
  if (unknown(probe->subject)) return not_applicable("not told");
  bool exists = access(fact(probe->subject), F_OK) == 0;
  return open_if(exists, exists ? "there" : error_name());
}

// The test names the variables of the host that have no business in a container.
static struct outcome try_environment(const struct probe* probe) {
  char text[16384], name[64];
  long length = read_text(probe->subject, text, sizeof text);
  if (length < 0) return blocked("%s", error_name());
  for (const char* entry = text; entry < text + length; entry += strlen(entry) + 1) {
    snprintf(name, sizeof name, "%.*s", (int)strcspn(entry, "="), entry);
    if (has_fact("environment", name)) return opened("%s", name);
  }
  return blocked("nothing of the host's");
}

static struct outcome try_keyring(const struct probe* probe) {
  char serial[32];
  long id = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (id < 0) return judge_call("keyctl", id);
  snprintf(serial, sizeof serial, "%08lx", id);
  return open_if(has_fact(probe->subject, serial), serial);
}

// Numbers: the limit, and the most it may be.
static struct outcome try_limit(const struct probe* probe) {
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)probe->numbers[0], &limit) != 0)
    return not_applicable("%s", error_name());
  bool is_open = limit.rlim_cur > (rlim_t)probe->numbers[1];
  return is_open ? opened("%llu", (unsigned long long)limit.rlim_cur) : blocked("low enough");
}

static bool is_terminal(const struct stat* status) {
  unsigned major = major(status->st_rdev);
  return S_ISCHR(status->st_mode) && (major == 4 || major == 5 || (major >= 136 && major <= 143));
}

// Terminals have the same numbers everywhere: it is the file system that tells whose they are.
static struct outcome try_terminal(const struct probe* probe) {
  static const char* const kPaths[] = {"/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2",
                                       "/dev/console",    "/dev/tty1",       "/dev/pts/0",
                                       "/dev/ptmx"};
  for (size_t i = 0; i < sizeof kPaths / sizeof kPaths[0]; i++) {
    struct stat status;
    char number[32];
    if (stat(kPaths[i], &status) != 0 || !is_terminal(&status)) continue;
    snprintf(number, sizeof number, "%lu", (unsigned long)status.st_dev);
    if (has_fact(probe->subject, number)) return opened("%s", kPaths[i]);
  }
  return blocked("none");
}

static struct outcome try_kernel_log(const struct probe* probe) {
  enum { READ_ALL = 3 };
  char text[4096];
  if (klogctl(READ_ALL, text, sizeof text) > 0) return opened("by syslog");
  long length = read_text(probe->subject, text, sizeof text);
  return length > 0 ? opened("%s", probe->subject) : blocked("no messages");
}

static struct outcome try_root(const struct probe* probe) {
  struct stat status;
  char text[64];
  if (stat("/", &status) != 0) return not_applicable("%s", error_name());
  snprintf(text, sizeof text, "%lu:%lu", (unsigned long)status.st_dev, (unsigned long)status.st_ino);
  return open_if(has_fact(probe->subject, text), text);
}

static struct outcome try_host_name(const struct probe* probe) {
  struct utsname names;
  uname(&names);
  return open_if(has_fact(probe->subject, names.nodename), names.nodename);
}

static struct outcome try_working_directory(const struct probe* probe) {
  (void)probe;
  char path[4096];
  long length = syscall(SYS_getcwd, path, sizeof path);
  return open_if(length < 0 || path[0] != '/', length < 0 ? error_name() : "reachable");
}

// A leader outside of the pid namespace has the number 0.
static struct outcome try_session(const struct probe* probe) {
  (void)probe;
  return open_if(getsid(0) == 0, "session");
}

static struct outcome try_interfaces(const struct probe* probe) {
  FILE* file = fopen(probe->subject, "re");
  if (!file) return blocked("%s", error_name());
  char line[512], name[32];
  struct outcome outcome = blocked("lo only");
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, " %31[^: ]:", name) == 1 && has_fact("interface", name)) outcome = opened("%s", name);
  }
  fclose(file);
  return outcome;
}

static const struct probe rows[] = {
    {"leak.descriptors", try_descriptors, "/proc/self/fd/%d", {0}},
    {"leak.abstract_socket", try_abstract_socket, "abstract-socket", {0}},
    {"leak.abstract_listing", try_abstract_listing, "/proc/net/unix", {0}},
    {"leak.mount_paths", try_mount_paths, "/proc/self/mountinfo", {0}},
    {"leak.state_directory", try_host_path, "state-directory", {0}},
    {"leak.host_process", try_host_path, "host-process", {0}},
    {"leak.environment", try_environment, "/proc/self/environ", {0}},
    {"leak.init_environment", try_environment, "/proc/1/environ", {0}},
    {"leak.session_keyring", try_keyring, "keyring", {0}},
    {"leak.rlimit_core", try_limit, NULL, {RLIMIT_CORE, 0}},
    {"leak.rlimit_memlock", try_limit, NULL, {RLIMIT_MEMLOCK, 64 * 1024}},
    {"leak.terminal", try_terminal, "terminal-device", {0}},
    {"leak.kernel_log", try_kernel_log, "/dev/kmsg", {0}},
    {"leak.host_root", try_root, "root", {0}},
    {"leak.host_name", try_host_name, "host-name", {0}},
    {"leak.interfaces", try_interfaces, "/proc/net/dev", {0}},
    {"leak.working_directory", try_working_directory, NULL, {0}},
    {"leak.session", try_session, NULL, {0}},
};
const struct table kLeaks = TABLE(rows);
