// dev.*: two lines of defence, the right to make a node and the right to open it.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "probe.h"

// The folders in which a node could be made: /tmp may be mounted without devices.
static const char* const kPlaces[] = {"/dev/probe-node", "/tmp/probe-node", "/probe/node"};

// Numbers: S_IFBLK or S_IFCHR, major, minor.
static int make_node(const struct probe* probe, const char* path) {
  const long* with = probe->numbers;
  return mknod(path, (mode_t)with[0] | 0600, makedev((unsigned)with[1], (unsigned)with[2]));
}

static struct outcome try_make(const struct probe* probe) {
  for (size_t i = 0; i < sizeof kPlaces / sizeof kPlaces[0]; i++) {
    if (make_node(probe, kPlaces[i]) != 0) continue;
    unlink(kPlaces[i]);
    return opened("%s", kPlaces[i]);
  }
  return blocked("%s", error_name());
}

// Where the kernel has no such device, it says so only after it has allowed the open.
static bool opens(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd >= 0) close(fd);
  return fd >= 0 || errno == ENXIO || errno == ENODEV || errno == EBUSY;
}

static struct outcome try_open_made(const struct probe* probe) {
  bool made = false;
  for (size_t i = 0; i < sizeof kPlaces / sizeof kPlaces[0]; i++) {
    if (make_node(probe, kPlaces[i]) != 0) continue;
    made = true;
    bool is_open = opens(kPlaces[i]);
    int error = errno;
    unlink(kPlaces[i]);
    errno = error;
    if (is_open) return opened("%s", kPlaces[i]);
  }
  return blocked("%s: %s", made ? "open" : "mknod", error_name());
}

static struct outcome try_existing(const struct probe* probe) {
  struct stat status;
  if (stat(probe->subject, &status) != 0) return judge_open(probe->subject, -1);
  bool is_device = S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
  if (!is_device) return blocked("not a device");
  return open_if(opens(probe->subject), probe->subject);
}

static bool is_harmless(const char* path, const struct stat* status) {
  if (S_ISBLK(status->st_mode)) return false;
  if (!S_ISCHR(status->st_mode)) return true;
  unsigned major = major(status->st_rdev), minor = minor(status->st_rdev);
  // null, zero, full, random, urandom; tty, console, ptmx; terminals of the container's own, also as
  // consoles.
  if (major == 1) return minor == 3 || minor == 5 || minor == 7 || minor == 8 || minor == 9;
  if (major == 5) return minor <= 2;
  return (major >= 136 && major <= 143) || !opens(path);
}

static struct outcome try_unexpected(const struct probe* probe) {
  DIR* directory = opendir(probe->subject);
  if (!directory) return judge_open(probe->subject, -1);
  for (struct dirent* entry; (entry = readdir(directory));) {
    char path[512];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", probe->subject, entry->d_name);
    // Opening a watchdog starts it.
    if (strncmp(entry->d_name, "watchdog", 8) == 0) return opened("%s", path);
    if (lstat(path, &status) == 0 && !is_harmless(path, &status)) return opened("%s", path);
  }
  closedir(directory);
  return blocked("none");
}

#define NODE(name, ...)                                    \
  {"dev.mknod_" name, try_make, NULL, {__VA_ARGS__}}, {    \
    "dev.open_" name, try_open_made, NULL, { __VA_ARGS__ } \
  }
#define EXISTING(name, path)               \
  {                                        \
    "dev." name, try_existing, path, { 0 } \
  }

static const struct probe rows[] = {
    NODE("disk", S_IFBLK, 8, 0),
    NODE("virtual_disk", S_IFBLK, 254, 0),
    NODE("mem", S_IFCHR, 1, 1),
    NODE("kmsg", S_IFCHR, 1, 11),
    NODE("fuse", S_IFCHR, 10, 229),
    NODE("tun", S_IFCHR, 10, 200),
    EXISTING("existing_mem", "/dev/mem"),
    EXISTING("existing_port", "/dev/port"),
    EXISTING("existing_kmsg", "/dev/kmsg"),
    EXISTING("existing_kvm", "/dev/kvm"),
    EXISTING("existing_fuse", "/dev/fuse"),
    EXISTING("existing_tun", "/dev/net/tun"),
    EXISTING("existing_loop", "/dev/loop-control"),
    EXISTING("existing_disk", "/dev/vda"),
    {"dev.unexpected", try_unexpected, "/dev", {0}},
};
const struct table kDevices = TABLE(rows);
