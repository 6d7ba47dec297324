#include "addon/handle_wait.h"

#include <cmath>

namespace virtainer {
namespace {

/** Some 285 years; more is forever. */
constexpr double kForeverMs = 9e12;

void settleDeferred(Deferred& deferred, const Result<bool>& outcome) {
  Nan::HandleScope scope;
  if (outcome.ok()) {
    deferred.resolve(Nan::New(outcome.value()));
  } else {
    deferred.reject(outcome.error());
  }
}

}  // namespace

HandleWait::HandleWait() : teardown_(v8::Isolate::GetCurrent(), [this] { tearDown(); }) {
  uv_timer_init(Nan::GetCurrentEventLoop(), &timer_);
  own(&timer_);
}

void HandleWait::startTimer(double timeoutMs) {
  if (timeoutMs >= kForeverMs) return;
  // The loop's time stands still during a long JavaScript call, and the timeout would come early.
  uv_update_time(timer_.loop);
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<HandleWait*>(timer->data)->onTimeout(); },
      static_cast<uint64_t>(std::ceil(timeoutMs)), 0);
}

void HandleWait::settle(const Result<bool>& outcome) {
  if (closing_) return;
  // First the handles: JavaScript that runs on the promise may end the environment.
  closeHandles();
  settleDeferred(deferred_, outcome);
}

void HandleWait::closeHandles() {
  closing_ = true;
  open_ = handles_.size();
  for (uv_handle_t* handle : handles_) {
    uv_close(handle, [](uv_handle_t* closed) {
      auto* self = static_cast<HandleWait*>(closed->data);
      if (--self->open_ == 0) delete self;
    });
  }
  onClosing();
}

void HandleWait::tearDown() {
  if (closing_) return;
  onTeardown();
  closeHandles();
}

void returnSettled(Nan::FunctionCallbackInfo<v8::Value> const& info, const Result<bool>& outcome) {
  Deferred deferred;
  info.GetReturnValue().Set(deferred.promise());
  settleDeferred(deferred, outcome);
}

}  // namespace virtainer
