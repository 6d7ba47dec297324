/* what the kernel tells about the host, looked for in every way past the masks. */
#define _GNU_SOURCE
#include <dirent.h>

#include "views.h"

static const char* const PROC_FILES[] = {
    "kcore",         "kallsyms",
    "keys",          "timer_list",
    "iomem",         "ioports",
    "vmallocinfo",   "slabinfo",
    "interrupts",    "softirqs",
    "kmsg",          "kpagecount",
    "kpageflags",    "kpagecgroup",
    "pagetypeinfo",  "sched_debug",
    "timer_stats",   "config.gz",
    "latency_stats", "mtrr",
    "key-users",     "sys/kernel/random/boot_id",
};
/* Not in the catalogue's list: shown by every peer, and by us. */
static const char* const DOCUMENTED[] = {"sys/kernel/random/boot_id", "key-users"};
/* /proc/bus is shown, and cannot be written to. */
static const char* const PROC_DIRECTORIES[] = {"acpi", "asound", "scsi"};
static const char* const SYS_DIRECTORIES[] = {
    "firmware",        "devices/virtual/powercap",
    "kernel/debug",    "kernel/tracing",
    "kernel/security", "fs/pstore",
    "fs/bpf",          "fs/selinux",
    "class/dmi/id",    "devices/system/cpu/cpu0/thermal_throttle",
};
static const char* const SYS_FILES[] = {"kernel/notes", "kernel/vmcoreinfo", "class/dmi/id/product_uuid",
                                        "kernel/boot_params/data"};

static int is_documented(const char* path) {
  for (size_t index = 0; index < sizeof DOCUMENTED / sizeof *DOCUMENTED; index++)
    if (strcmp(DOCUMENTED[index], path) == 0) return 1;
  return 0;
}

/* Zeros tell nothing: kallsyms is full of lines, but without an address. */
static int tells(const char* path, const char* text, ssize_t length) {
  if (strcmp(path, "kallsyms") == 0) return length > 16 && strncmp(text, "0000000000000000", 16) != 0;
  if (strcmp(path, "iomem") == 0 || strcmp(path, "ioports") == 0)
    return length > 0 && !memmem(text, (size_t)length, "00000000-00000000", 17) &&
           !memmem(text, (size_t)length, "0000-0000", 9);
  if (strcmp(path, "keys") == 0) return length > 0;
  return length > 0;
}

static void try_file(int directory, const char* path) {
  char text[65536];
  if (directory < 0 || is_documented(path)) return;
  int fd = openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
  report(got > 0 && tells(path, text, got), got == 0 ? 0 : errno, "A-065/%s", path);
  if (fd >= 0) close(fd);
}

static void try_directory(int directory, const char* path) {
  if (directory < 0) return;
  int entries = 0;
  int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = errno;
  DIR* stream = fd < 0 ? NULL : fdopendir(fd);
  for (struct dirent* entry; stream && (entry = readdir(stream));)
    entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  if (stream) closedir(stream);
  report(entries > 0, fd < 0 ? error : 0, "A-065/%s", path);
}

static void look(const struct view* view) {
  for (size_t index = 0; index < sizeof PROC_FILES / sizeof *PROC_FILES; index++)
    try_file(view->proc, PROC_FILES[index]);
  for (size_t index = 0; index < sizeof PROC_DIRECTORIES / sizeof *PROC_DIRECTORIES; index++)
    try_directory(view->proc, PROC_DIRECTORIES[index]);
  for (size_t index = 0; index < sizeof SYS_FILES / sizeof *SYS_FILES; index++)
    try_file(view->sys, SYS_FILES[index]);
  for (size_t index = 0; index < sizeof SYS_DIRECTORIES / sizeof *SYS_DIRECTORIES; index++)
    try_directory(view->sys, SYS_DIRECTORIES[index]);
}

static void identity_file(const char* path, const char* secret, const char* id) {
  static char text[1 << 20];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = 0, more = 0;
  while (fd >= 0 && (size_t)got < sizeof text - 1 &&
         (more = read(fd, text + got, sizeof text - 1 - (size_t)got)) > 0)
    got += more;
  text[got > 0 ? got : 0] = 0;
  report(strstr(text, secret) != NULL, 0, "A-067/%s", id);
  if (fd >= 0) close(fd);
}

/* The time since boot is shown: the clocks of a container are its own only where it was given others. */
static void identity(const char* secret) {
  char line[512];
  static const char* const files[] = {"mountinfo", "mounts",  "mountstats", "maps",
                                      "environ",   "cmdline", "cgroup",     "stack"};
  for (size_t index = 0; index < sizeof files / sizeof *files; index++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", files[index]);
    identity_file(path, secret, files[index]);
    snprintf(path, sizeof path, "/proc/1/%s", files[index]);
    snprintf(line, sizeof line, "init-%s", files[index]);
    identity_file(path, secret, line);
  }
  FILE* file = fopen("/proc/self/cgroup", "re");
  while (file && fgets(line, sizeof line, file)) {
    const char* path = strrchr(line, ':');
    report(!path || strcmp(path, ":/\n") != 0, 0, "A-067/cgroup-path");
  }
  if (file) fclose(file);
}

/* secrets masks | secrets identity TEXT: a text that only the host should see. */
int main(int argc, char** argv) {
  refuse_on_host();
  if (argc < 2) return 2;
  if (strcmp(argv[1], "masks") == 0) each_way("A-065", look);
  if (strcmp(argv[1], "identity") == 0 && argc == 3) identity(argv[2]);
  puts("END");
  return 0;
}
