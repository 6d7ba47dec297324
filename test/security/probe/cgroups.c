// cg.*: control groups of others, and the files of the own one.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe.h"

enum { MAX_MOUNTS = 32 };

struct mounts {
  char paths[MAX_MOUNTS][256];
  size_t count;
};

static struct mounts find_mounts(void) {
  struct mounts mounts = {.count = 0};
  FILE* file = fopen("/proc/self/mountinfo", "re");
  char line[1024];
  while (file && mounts.count < MAX_MOUNTS && fgets(line, sizeof line, file)) {
    if (!strstr(line, " - cgroup")) continue;
    mounts.count += sscanf(line, "%*s %*s %*s %*s %255s", mounts.paths[mounts.count]) == 1;
  }
  if (file) fclose(file);
  return mounts;
}

// Of files with blanks between them, one that opens; opening writes nothing.
static struct outcome open_one_of(const char* directory, const char* files) {
  char names[256], path[600];
  snprintf(names, sizeof names, "%s", files);
  for (char *rest = names, *name; (name = strsep(&rest, " "));) {
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) return judge_open(path, fd);
  }
  return blocked("%s", error_name());
}

// Subject: the files.
static struct outcome try_files(const struct probe* probe) {
  struct mounts mounts = find_mounts();
  for (size_t i = 0; i < mounts.count; i++) {
    struct outcome outcome = open_one_of(mounts.paths[i], probe->subject);
    if (outcome.verdict == OPEN) return outcome;
  }
  return blocked("none of %zu mounts", mounts.count);
}

static struct outcome try_host_groups(const struct probe* probe) {
  (void)probe;
  struct mounts mounts = find_mounts();
  for (size_t i = 0; i < mounts.count; i++) {
    DIR* directory = opendir(mounts.paths[i]);
    for (struct dirent* entry; directory && (entry = readdir(directory));) {
      if (has_fact("host-group", entry->d_name))
        return opened("%.80s in %.30s", entry->d_name, mounts.paths[i]);
    }
    if (directory) closedir(directory);
  }
  return blocked("none in %zu mounts", mounts.count);
}

static struct outcome try_make_group(const struct probe* probe) {
  (void)probe;
  struct mounts mounts = find_mounts();
  for (size_t i = 0; i < mounts.count; i++) {
    char path[300];
    snprintf(path, sizeof path, "%s/probe-group", mounts.paths[i]);
    if (mkdir(path, 0700) != 0) continue;
    rmdir(path);
    return opened("%.100s", path);
  }
  return blocked("none of %zu mounts", mounts.count);
}

static struct outcome try_own_path(const struct probe* probe) {
  FILE* file = fopen(probe->subject, "re");
  if (!file) return not_applicable("%s", error_name());
  char line[512];
  struct outcome outcome = blocked("/");
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    const char* path = strchr(strchr(line, ':') + 1, ':') + 1;
    if (strcmp(path, "/") != 0) outcome = opened("%.100s", line);
  }
  fclose(file);
  return outcome;
}

// That a container has a second way to its own group does no harm; that it can change what the host decides
// does.
static struct outcome mount_and_judge(const char* type, const char* options) {
  const char* target = scratch_directory("cgroup");
  if (mount("none", target, type, 0, options) != 0) {
    return errno == ENODEV ? not_applicable("no file system %s", type) : blocked("mount: %s", error_name());
  }
  struct outcome outcome = open_one_of(target, "release_agent pids.max memory.max cpu.max devices.allow");
  umount2(target, MNT_DETACH);
  return outcome;
}

static struct outcome try_mount_v1(const struct probe* probe) {
  keep_mounts_private();
  return mount_and_judge("cgroup", probe->subject);
}

static struct outcome try_mount_v2(const struct probe* probe) {
  (void)probe;
  keep_mounts_private();
  return mount_and_judge("cgroup2", NULL);
}

// Root of a new user namespace was once enough to set a release agent.
static struct outcome try_mount_nested(const struct probe* probe) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) != 0) return judge_call("unshare", -1);
  return mount_and_judge("cgroup", probe->subject);
}

static const struct probe rows[] = {
    {"cg.own_path", try_own_path, "/proc/self/cgroup", {0}},
    {"cg.host_groups", try_host_groups, NULL, {0}},
    {"cg.processes", try_files, "cgroup.procs tasks cgroup.threads", {0}},
    {"cg.limits",
     try_files,
     "memory.limit_in_bytes memory.max memory.swap.max pids.max cpu.max cpu.cfs_quota_us cpu.shares "
     "cpuset.cpus "
     "blkio.weight io.max",
     {0}},
    {"cg.devices", try_files, "devices.allow devices.deny", {0}},
    {"cg.release_agent", try_files, "release_agent", {0}},
    {"cg.notify", try_files, "notify_on_release cgroup.event_control", {0}},
    {"cg.freeze", try_files, "freezer.state cgroup.freeze cgroup.kill", {0}},
    {"cg.make_group", try_make_group, NULL, {0}},
    {"cg.mount_v1", try_mount_v1, "pids", {0}},
    {"cg.mount_v1_named", try_mount_v1, "none,name=systemd", {0}},
    {"cg.mount_v2", try_mount_v2, NULL, {0}},
    {"cg.mount_nested", try_mount_nested, "pids", {0}},
};
const struct table kControlGroups = TABLE(rows);
