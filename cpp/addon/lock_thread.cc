#include "addon/lock_thread.h"

#include <pthread.h>
#include <sys/file.h>

#include <memory>

#include "addon/signals_blocked.h"
#include "addon/waited_files.h"

namespace virtainer {
namespace {

constexpr size_t kStackSize = 256 * 1024;

Result<bool> blockingLock(int fd) {
  while (flock(fd, LOCK_EX) < 0) {
    if (errno != EINTR) return failure("flock");
  }
  return true;
}

int createDetached(void* (*main)(void*), void* argument) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackSize);
  SignalsBlocked blocked;  // signals are for the threads of the embedding program
  int error = pthread_create(&thread, &attributes, main, argument);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace

// Not std::thread, which without exceptions can only abort when the process may have no more threads.
Result<Unit> LockThread::start(const std::shared_ptr<LockThread>& self) {
  auto forThread = std::make_unique<std::shared_ptr<LockThread>>(self);
  waited_files::add(self->fd_.get());
  int error = createDetached(main, forThread.get());
  if (error != 0) {
    waited_files::remove(self->fd_.get());
    return Failure{error, "pthread_create", {}, {}};
  }
  (void)forThread.release();
  return Unit{};
}

void* LockThread::main(void* self) {
  std::unique_ptr<std::shared_ptr<LockThread>> owned(static_cast<std::shared_ptr<LockThread>*>(self));
  (*owned)->run();
  return nullptr;
}

void LockThread::run() {
  Result<bool> outcome = blockingLock(fd_.get());
  std::lock_guard<std::mutex> guard(mutex_);
  if (async_ == nullptr) {
    if (outcome.ok()) flock(fd_.get(), LOCK_UN);
    waited_files::remove(fd_.get());
    fd_.reset();
    return;
  }
  waited_files::remove(fd_.get());
  outcome_ = outcome;
  uv_async_send(async_);
}

std::optional<Result<bool>> LockThread::takeOrAbandon() {
  std::lock_guard<std::mutex> guard(mutex_);
  async_ = nullptr;
  if (outcome_) fd_.reset();
  return outcome_;
}

void LockThread::abandon() {
  std::lock_guard<std::mutex> guard(mutex_);
  async_ = nullptr;
  if (outcome_ && outcome_->ok()) flock(fd_.get(), LOCK_UN);
}

}  // namespace virtainer
