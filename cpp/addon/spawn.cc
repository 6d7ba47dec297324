#include "addon/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addon/call_async.h"
#include "addon/functions.h"
#include "addon/signals_blocked.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace virtainer {
namespace {

constexpr size_t kStackSize = 64 * 1024;
constexpr size_t kGuardSize = 64 * 1024;  // a multiple of every page size in use

/** The child's stack. It shares our memory, and must not run on the stack of the thread that waits for it. */
class ChildStack {
 public:
  ChildStack()
      : memory_(mmap(nullptr, kGuardSize + kStackSize, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    if (valid()) mprotect(memory_, kGuardSize, PROT_NONE);
  }
  ChildStack(const ChildStack&) = delete;
  ChildStack& operator=(const ChildStack&) = delete;
  ~ChildStack() {
    if (valid()) munmap(memory_, kGuardSize + kStackSize);
  }

  bool valid() const { return memory_ != MAP_FAILED; }
  void* top() const { return static_cast<char*>(memory_) + kGuardSize + kStackSize; }

 private:
  void* memory_;
};

/** Shared between parent and child; all memory is allocated before the clone. */
struct Child {
  int executable;
  char* const* argv;
  std::vector<int>& fds;
  volatile int error = 0;
  const char* volatile syscall = nullptr;
};

bool childFailed(Child* child, const char* syscall) {
  child->error = errno;
  child->syscall = syscall;
  return false;
}

void resetSignals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number <= SIGRTMAX; number++) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/** Source numbers may overlap the targets: all are moved above the targets before the first is put in place.
 */
bool placeDescriptors(Child* child) {
  auto count = static_cast<int>(child->fds.size());
  child->executable = fcntl(child->executable, F_DUPFD_CLOEXEC, count);
  if (child->executable < 0) return childFailed(child, "fcntl");
  for (int& fd : child->fds) {
    fd = fcntl(fd, F_DUPFD_CLOEXEC, count);
    if (fd < 0) return childFailed(child, "fcntl");
  }
  for (int target = 0; target < count; target++) {
    // dup2 also clears close-on-exec, since the two numbers always differ.
    if (dup2(child->fds[static_cast<size_t>(target)], target) < 0) return childFailed(child, "dup2");
  }
  // What else the embedding program left inheritable stays here. Kernels before 5.11 know no such flag.
  ::syscall(SYS_close_range, count, ~0U, CLOSE_RANGE_CLOEXEC);
  return true;
}

int runChild(void* argument) {
  auto* child = static_cast<Child*>(argument);
  if (placeDescriptors(child)) {
    resetSignals();
    char* const environment[] = {nullptr};
    ::syscall(SYS_execveat, child->executable, "", child->argv, environment, AT_EMPTY_PATH);
    childFailed(child, "execveat");
  }
  _exit(127);
}

std::string describeEnd(int status) {
  if (WIFSIGNALED(status)) return "the process was killed by signal " + std::to_string(WTERMSIG(status));
  return "the process ended with exit status " + std::to_string(WEXITSTATUS(status));
}

/** ECHILD: the embedding program ignores SIGCHLD, or was faster. The program's own handshake tells the rest.
 */
Result<int> reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, __WALL) < 0) {
    if (errno == ECHILD) return 0;
    if (errno != EINTR) return failure("waitpid");
  }
  return status;
}

std::vector<char*> pointersTo(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t cloneChild(Child* child, const ChildStack& stack) {
  // No handler of ours may run in the child, which shares our memory.
  SignalsBlocked blocked;
  return clone(runChild, stack.top(), CLONE_VM | CLONE_VFORK | SIGCHLD, child);
}

}  // namespace

Result<Unit> spawnAndReap(SpawnRequest& request) {
  ChildStack stack;
  if (!stack.valid()) return failure("mmap");
  std::vector<char*> argv = pointersTo(request.argv);
  Child child{request.executable.get(), argv.data(), request.fds};
  pid_t pid = cloneChild(&child, stack);
  if (pid < 0) return failure("clone");
  Result<int> status = reap(pid);
  if (child.syscall != nullptr) return Failure{child.error, child.syscall, {}, {}};
  if (!status.ok()) return status.error();
  if (status.value() != 0) return Failure{ECHILD, "spawn", {}, describeEnd(status.value())};
  return Unit{};
}

NAN_METHOD(spawnDetached) {
  Arguments arguments(info);
  int executable = arguments.fd(0, "executable");
  SpawnRequest request{UniqueFd(), arguments.strings(1, "argv"), arguments.fds(2, "fds")};
  if (!arguments.ok()) return;
  if (request.argv.empty()) return Nan::ThrowTypeError("argv must not be empty");
  request.executable.reset(fcntl(executable, F_DUPFD_CLOEXEC, 0));
  int error = request.executable ? 0 : errno;
  callAsync(
      info,
      [request = std::move(request), error]() mutable -> Result<Unit> {
        if (error != 0) return Failure{error, "fcntl", {}, {}};
        return spawnAndReap(request);
      },
      [](Unit) -> v8::Local<v8::Value> { return Nan::Undefined(); });
}

}  // namespace virtainer
