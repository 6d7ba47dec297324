#include "addon/waited_files.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace virtainer::waited_files {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<int> fds;
};

/** Of the process, since the locks are; never destroyed, since waiting threads outlive `exit`'s destructors.
 */
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

bool sameOpenFile(int one, int other) {
  pid_t self = getpid();
  return syscall(SYS_kcmp, self, self, KCMP_FILE, one, other) == 0;
}

}  // namespace

void add(int fd) {
  std::lock_guard<std::mutex> guard(registry().mutex);
  registry().fds.push_back(fd);
}

void remove(int fd) {
  std::lock_guard<std::mutex> guard(registry().mutex);
  std::vector<int>& fds = registry().fds;
  fds.erase(std::remove(fds.begin(), fds.end(), fd), fds.end());
}

bool contains(int fd) {
  std::lock_guard<std::mutex> guard(registry().mutex);
  const std::vector<int>& fds = registry().fds;
  return std::any_of(fds.begin(), fds.end(), [fd](int waited) { return sameOpenFile(waited, fd); });
}

}  // namespace virtainer::waited_files
