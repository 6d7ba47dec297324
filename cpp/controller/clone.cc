#include "controller/clone.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <algorithm>
#include <climits>
#include <vector>

#include "controller/syscalls.h"

namespace virtainer {

Result<Child> clone_child(uint64_t flags, int cgroup) {
  int pidfd = -1;
  clone_args args = {};
  args.flags = flags | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0);
  args.pidfd = reinterpret_cast<uintptr_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  args.cgroup = cgroup >= 0 ? static_cast<uint64_t>(cgroup) : 0;
  pid_t pid = sys_clone3(args);
  if (pid < 0) return last_error("clone3");
  return Child{pid, unique_fd(pid == 0 ? -1 : pidfd)};
}

Result<pid_t*> make_birth_note() {
  size_t size = static_cast<size_t>(getpagesize());
  void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (page == MAP_FAILED) return last_error("mmap");
  return static_cast<pid_t*>(page);
}

void forget_birth_note(pid_t* number) { munmap(number, static_cast<size_t>(getpagesize())); }

Result<Child> clone_container(uint64_t flags, int cgroup, pid_t* number) {
  if (madvise(number, static_cast<size_t>(getpagesize()), MADV_DONTFORK) != 0) return last_error("madvise");
  int pidfd = -1;
  clone_args args = {};
  args.flags =
      flags | CLONE_PARENT | CLONE_PARENT_SETTID | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0);
  args.pidfd = reinterpret_cast<uintptr_t>(&pidfd);
  args.parent_tid = reinterpret_cast<uintptr_t>(number);
  args.cgroup = cgroup >= 0 ? static_cast<uint64_t>(cgroup) : 0;
  pid_t pid = sys_clone3(args);
  if (pid < 0) return last_error("clone3");
  return Child{pid, unique_fd(pid == 0 ? -1 : pidfd)};
}

// clone(2) where a seccomp filter hides clone3: its arguments can't be looked at.
Result<pid_t> clone_sibling(pid_t* number) {
  if (madvise(number, static_cast<size_t>(getpagesize()), MADV_DONTFORK) != 0) return last_error("madvise");
  clone_args args = {};
  args.flags = CLONE_PARENT | CLONE_PARENT_SETTID;
  args.parent_tid = reinterpret_cast<uintptr_t>(number);
  pid_t pid = sys_clone3(args);
  if (pid < 0 && errno == ENOSYS)
    pid = static_cast<pid_t>(syscall(SYS_clone, args.flags, nullptr, number, nullptr, nullptr));
  if (pid < 0) return last_error("clone3");
  return pid;
}

void close_all_but(std::span<const int> kept) {
  std::vector<int> sorted(kept.begin(), kept.end());
  std::sort(sorted.begin(), sorted.end());
  int next = 3;
  for (int fd : sorted) {
    if (fd < next) continue;
    if (fd > next) sys_close_range(static_cast<unsigned>(next), static_cast<unsigned>(fd - 1), 0);
    next = fd + 1;
  }
  sys_close_range(static_cast<unsigned>(next), UINT_MAX, 0);
}

bool die_with_parent(int parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  // A dying parent closes its descriptors before it signals its children: one of the two is seen.
  pollfd end = {parent, 0, 0};
  return poll(&end, 1, 0) == 0;
}

Status daemonise(std::span<const int> kept, int cgroup) {
  close_all_but(kept);
  for (int fd : kept) fcntl(fd, F_SETFD, FD_CLOEXEC);
  setsid();
  clone_args args = {};
  args.flags = cgroup >= 0 ? CLONE_INTO_CGROUP : 0;
  args.exit_signal = SIGCHLD;
  args.cgroup = cgroup >= 0 ? static_cast<uint64_t>(cgroup) : 0;
  pid_t pid = sys_clone3(args);
  if (pid < 0) return last_error("clone3");
  if (pid > 0) _exit(0);
  return Done{};
}

}  // namespace virtainer
