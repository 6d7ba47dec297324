#pragma once

#include <uv.h>

#include <memory>
#include <mutex>
#include <optional>

#include "addon/result.h"
#include "addon/unique_fd.h"

namespace virtainer {

/**
 * A thread blocked in flock(2), and what it shares with the loop that waits for it. Not a thread of libuv's
 * pool: four waiters would stop all file access of the process.
 */
class LockThread {
 public:
  LockThread(UniqueFd fd, uv_async_t* async) : fd_(std::move(fd)), async_(async) {}

  /** Starts the thread; `async` is sent when there is an outcome. */
  static Result<Unit> start(const std::shared_ptr<LockThread>& self);

  /** The outcome, if there is one; the descriptor is closed then. Otherwise the thread gives back what it
   * gets. */
  std::optional<Result<bool>> takeOrAbandon();
  /** Gives the lock back, if it came, and makes the thread do so otherwise. */
  void abandon();

 private:
  static void* main(void* self);
  void run();

  std::mutex mutex_;
  UniqueFd fd_;
  uv_async_t* async_;  // null: abandoned
  std::optional<Result<bool>> outcome_;
};

}  // namespace virtainer
