// cap.*, ns.* and id.*: what the process is.
#define _GNU_SOURCE
#include <grp.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "probe.h"

// Held now, or to be had by a program with set-user-id: number: the capability.
static struct outcome try_capability(const struct probe* probe) {
  static const char* const kSets[] = {"CapEff:", "CapPrm:", "CapBnd:"};
  for (size_t i = 0; i < sizeof kSets / sizeof kSets[0]; i++) {
    if (has_capability(kSets[i], (int)probe->numbers[0])) return opened("in %.6s", kSets[i]);
  }
  return blocked("not held");
}

static struct outcome try_empty_set(const struct probe* probe) {
  for (int number = 0; number < 64; number++) {
    if (has_capability(probe->subject, number)) return opened("capability %d", number);
  }
  return blocked("empty");
}

// Subject: the namespace. The test says what the host's is.
static struct outcome try_namespace(const struct probe* probe) {
  char path[64], key[64], link[64];
  snprintf(path, sizeof path, "/proc/self/ns/%s", probe->subject);
  snprintf(key, sizeof key, "namespace-%s", probe->subject);
  ssize_t length = readlink(path, link, sizeof link - 1);
  if (length < 0) return not_applicable("%s", error_name());
  link[length] = '\0';
  return open_if(has_fact(key, link), link);
}

static struct outcome try_id_map(const struct probe* probe) {
  char map[256];
  long length = read_text(probe->subject, map, sizeof map);
  if (length < 0) return not_applicable("%s", error_name());
  unsigned inside, outside, count;
  int read = sscanf(map, "%u %u %u", &inside, &outside, &count);
  // Ids of the host that mean somebody there.
  return read == 3 && outside < 65536 ? opened("%u is %u of the host", inside, outside)
                                      : blocked("%u is %u of the host", inside, outside);
}

static struct outcome try_no_new_privileges(const struct probe* probe) {
  (void)probe;
  return open_if(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1, "no_new_privs");
}

static struct outcome try_seccomp_mode(const struct probe* probe) {
  char status[4096];
  long length = read_text(probe->subject, status, sizeof status);
  const char* mode = length > 0 ? strstr(status, "\nSeccomp:\t") : NULL;
  return mode ? open_if(mode[10] == '0', "mode") : not_applicable("unknown");
}

static struct outcome try_groups(const struct probe* probe) {
  (void)probe;
  gid_t groups[64];
  int count = getgroups(64, groups);
  for (int i = 0; i < count; i++) {
    if (groups[i] != getgid()) return opened("group %u", groups[i]);
  }
  return blocked("%d groups", count);
}

static struct outcome try_secure_bits(const struct probe* probe) {
  (void)probe;
  int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  bool keeps = bits & SECBIT_KEEP_CAPS;
  return keeps ? opened("0x%x: capabilities outlive setuid", bits) : blocked("0x%x", bits);
}

#define CAPABILITY(name, number)                  \
  {                                               \
    "cap." name, try_capability, NULL, { number } \
  }

static const struct probe capability_rows[] = {
    CAPABILITY("dac_read_search", 2),
    CAPABILITY("linux_immutable", 9),
    CAPABILITY("net_admin", 12),
    CAPABILITY("net_raw", 13),
    CAPABILITY("ipc_lock", 14),
    CAPABILITY("sys_module", 16),
    CAPABILITY("sys_rawio", 17),
    CAPABILITY("sys_ptrace", 19),
    CAPABILITY("sys_admin", 21),
    CAPABILITY("sys_boot", 22),
    CAPABILITY("sys_nice", 23),
    CAPABILITY("sys_resource", 24),
    CAPABILITY("sys_time", 25),
    CAPABILITY("mknod", 27),
    CAPABILITY("audit_write", 29),
    CAPABILITY("audit_control", 30),
    CAPABILITY("setfcap", 31),
    CAPABILITY("mac_override", 32),
    CAPABILITY("mac_admin", 33),
    CAPABILITY("syslog", 34),
    CAPABILITY("audit_read", 37),
    CAPABILITY("perfmon", 38),
    CAPABILITY("bpf", 39),
    CAPABILITY("checkpoint_restore", 40),
    {"cap.inheritable", try_empty_set, "CapInh:", {0}},
    {"cap.ambient", try_empty_set, "CapAmb:", {0}},
};
const struct table kCapabilities = TABLE(capability_rows);

static const struct probe identity_rows[] = {
    {"ns.user", try_namespace, "user", {0}},
    {"ns.pid", try_namespace, "pid", {0}},
    {"ns.mnt", try_namespace, "mnt", {0}},
    {"ns.net", try_namespace, "net", {0}},
    {"ns.ipc", try_namespace, "ipc", {0}},
    {"ns.uts", try_namespace, "uts", {0}},
    {"ns.cgroup", try_namespace, "cgroup", {0}},
    {"ns.time", try_namespace, "time", {0}},
    {"id.uid_map", try_id_map, "/proc/self/uid_map", {0}},
    {"id.gid_map", try_id_map, "/proc/self/gid_map", {0}},
    {"id.no_new_privs", try_no_new_privileges, NULL, {0}},
    {"id.seccomp", try_seccomp_mode, "/proc/self/status", {0}},
    {"id.groups", try_groups, NULL, {0}},
    {"id.securebits", try_secure_bits, NULL, {0}},
};
const struct table kIdentity = TABLE(identity_rows);
