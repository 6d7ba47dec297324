#include <fcntl.h>
#include <sys/file.h>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/handle_wait.h"
#include "addon/js_error.h"
#include "addon/lock_thread.h"
#include "addon/waited_files.h"

namespace virtainer {
namespace {

class LockWait : public HandleWait {
 public:
  void start(UniqueFd fd, double timeoutMs) {
    int status = uv_async_init(Nan::GetCurrentEventLoop(), &async_, onAsync);
    if (status < 0) return settle(Failure{-status, "uv_async_init", {}, {}});
    own(&async_);
    thread_ = std::make_shared<LockThread>(std::move(fd), &async_);
    Result<Unit> started = LockThread::start(thread_);
    if (!started.ok()) return settle(started.error());
    startTimer(timeoutMs);
  }

 protected:
  void onTimeout() override { settle(thread_->takeOrAbandon().value_or(false)); }
  void onTeardown() override {
    if (thread_) thread_->abandon();
  }

 private:
  static void onAsync(uv_async_t* async) { static_cast<LockWait*>(async->data)->onTimeout(); }

  std::shared_ptr<LockThread> thread_;
  uv_async_t async_;
};

Result<bool> lockNow(int fd) {
  // EALREADY rather than a success that the waiting thread would undo.
  if (waited_files::contains(fd)) return Failure{EALREADY, "flock", {}, {}};
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return failure("flock");
}

}  // namespace

NAN_METHOD(lock) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  double timeoutMs = arguments.timeout(1, "timeoutMs");
  if (!arguments.ok()) return;
  Result<bool> locked = lockNow(fd);
  if (!locked.ok() || locked.value() || timeoutMs == 0) return returnSettled(info, locked);
  UniqueFd own(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!own) return returnSettled(info, failure("fcntl"));
  auto* wait = new LockWait();
  info.GetReturnValue().Set(wait->promise());
  wait->start(std::move(own), timeoutMs);
}

NAN_METHOD(tryLock) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  if (!arguments.ok()) return;
  Result<bool> locked = lockNow(fd);
  if (!locked.ok()) return throwFailure(locked.error());
  info.GetReturnValue().Set(locked.value());
}

NAN_METHOD(unlock) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  if (!arguments.ok()) return;
  if (flock(fd, LOCK_UN) < 0) throwFailure(failure("flock"));
}

}  // namespace virtainer
