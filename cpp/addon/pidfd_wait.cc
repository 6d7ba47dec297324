#include <fcntl.h>
#include <poll.h>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/handle_wait.h"
#include "addon/unique_fd.h"

namespace virtainer {
namespace {

class PidfdWait : public HandleWait {
 public:
  explicit PidfdWait(UniqueFd pidfd) : pidfd_(std::move(pidfd)) {}

  void start(double timeoutMs) {
    int status = uv_poll_init(Nan::GetCurrentEventLoop(), &poll_, pidfd_.get());
    if (status == 0) {
      own(&poll_);
      status = uv_poll_start(&poll_, UV_READABLE, onPoll);
    }
    if (status < 0) return settle(Failure{-status, "poll", {}, {}});
    startTimer(timeoutMs);
  }

 protected:
  void onTimeout() override { settle(false); }
  void onTeardown() override {}
  void onClosing() override { pidfd_.reset(); }

 private:
  static void onPoll(uv_poll_t* poll, int status, int) {
    auto* self = static_cast<PidfdWait*>(poll->data);
    if (status < 0) return self->settle(Failure{-status, "poll", {}, {}});
    self->settle(true);
  }

  UniqueFd pidfd_;
  uv_poll_t poll_;
};

Result<bool> hasEnded(int pidfd) {
  pollfd ready = {pidfd, POLLIN, 0};
  int count = 0;
  do {
    count = poll(&ready, 1, 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return failure("poll");
  if ((ready.revents & POLLNVAL) != 0) return Failure{EBADF, "poll", {}, {}};
  return count > 0;
}

}  // namespace

NAN_METHOD(pidfdWait) {
  Arguments arguments(info);
  int pidfd = arguments.fd(0, "pidfd");
  double timeoutMs = arguments.timeout(1, "timeoutMs");
  if (!arguments.ok()) return;
  Result<bool> ended = hasEnded(pidfd);
  if (!ended.ok() || ended.value() || timeoutMs == 0) return returnSettled(info, ended);
  // libuv refuses a second poll of the same descriptor number, and the caller may close its own meanwhile.
  UniqueFd own(fcntl(pidfd, F_DUPFD_CLOEXEC, 0));
  if (!own) return returnSettled(info, failure("fcntl"));
  auto* wait = new PidfdWait(std::move(own));
  info.GetReturnValue().Set(wait->promise());
  wait->start(timeoutMs);
}

}  // namespace virtainer
