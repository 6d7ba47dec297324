/* rights from files. Runs as a user that is not root, and as the file with more rights that it starts.
 */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include "report.h"

static unsigned long long effective(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  syscall(SYS_capget, &head, data);
  return data[0].effective | (unsigned long long)data[1].effective << 32;
}

/* Started from a file that is set-user-id, or has capabilities. */
static int tell(const char* id) {
  report(geteuid() == 0 || getegid() == 0 || effective() != 0, 0, "A-082/%s", id);
  return 0;
}

static void start(const char* program, const char* id) {
  pid_t pid = fork();
  if (pid == 0) {
    execl(program, program, "tell", id, NULL);
    report(0, errno, "A-082/%s", id);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
}

/* Files that the attacker makes itself: set-user-id of itself is nothing, but of root would be. */
static void make(const char* directory, const char* program) {
  char path[256], command[600];
  snprintf(path, sizeof path, "%s/own", directory);
  int in = open(program, O_RDONLY | O_CLOEXEC),
      out = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0755);
  for (ssize_t got; in >= 0 && out >= 0 && (got = read(in, command, sizeof command)) > 0;)
    if (write(out, command, (size_t)got) != got) break;
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  TRY(chown(path, 0, 0), "A-082/chown");
  TRY(chmod(path, 04755) == 0 && chown(path, 0, -1) == 0 ? 0 : -1, "A-082/chown-set-user-id");
  struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
                              .data = {{~0u, 0}, {0x1ff, 0}}};
  TRY(setxattr(path, "security.capability", &data, sizeof data, 0), "A-082/set-capabilities");
  start(path, "own-file");
  unlink(path);
}

static void regain(void) {
  TRY(setuid(0), "A-082/setuid");
  TRY(setgid(0), "A-082/setgid");
  TRY(setresuid(-1, 0, -1), "A-082/setresuid");
  gid_t group = 0;
  TRY(syscall(SYS_setgroups, 1, &group), "A-082/setgroups");
  TRY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0), "A-082/ambient");
  TRY(prctl(PR_SET_SECUREBITS, 0), "A-082/securebits");
  for (int capability = 0; capability <= 40; capability++) {
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {0};
    data[capability / 32].effective = data[capability / 32].permitted = data[capability / 32].inheritable =
        1u << (capability % 32);
    TRY(syscall(SYS_capset, &head, data), "A-082/capset/%d", capability);
  }
}

/* On the host: give PROGRAM, capabilities from the file. In a container, as a user: attack DIR PROGRAM SETUID
 * FILECAPS. */
int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "tell") == 0) return tell(argv[2]);
  if (argc == 3 && strcmp(argv[1], "give") == 0) {
    struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
                                .data = {{1u << CAP_CHOWN, 0}, {0, 0}}};
    return setxattr(argv[2], "security.capability", &data, sizeof data, 0) == 0 ? 0 : 1;
  }
  refuse_on_host();
  if (argc == 6 && strcmp(argv[1], "attack") == 0) {
    start(argv[4], "set-user-id");
    start(argv[5], "file-capabilities");
    make(argv[2], argv[3]);
    regain();
  }
  /* As root of the container: ids stay inside of the map, and what was dropped does not come back. */
  if (argc == 2 && strcmp(argv[1], "root") == 0) {
    for (int capability = 0; capability <= 40; capability++) {
      if (prctl(PR_CAPBSET_READ, capability) == 1) continue;
      struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
      struct __user_cap_data_struct data[2];
      syscall(SYS_capget, &head, data);
      data[capability / 32].permitted |= 1u << (capability % 32);
      data[capability / 32].effective |= 1u << (capability % 32);
      TRY(syscall(SYS_capset, &head, data), "A-082/root-capset/%d", capability);
      TRY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), "A-082/root-ambient/%d", capability);
    }
    TRY(prctl(PR_SET_MM, 13, 0, 0, 0), "A-082/set-mm");
  }
  puts("END");
  return 0;
}
