#pragma once

#include <nan.h>

#include <vector>

#include "addon/deferred.h"
#include "addon/teardown_hook.h"

namespace virtainer {

/**
 * A promise of a boolean that waits for libuv handles, at most `timeoutMs`. It keeps the loop alive while it
 * waits, settles once, closes its handles and then deletes itself.
 */
class HandleWait {
 public:
  HandleWait(const HandleWait&) = delete;
  HandleWait& operator=(const HandleWait&) = delete;

  v8::Local<v8::Promise> promise() const { return deferred_.promise(); }

 protected:
  HandleWait();
  virtual ~HandleWait() = default;

  /** Begins the timeout; none for Infinity. */
  void startTimer(double timeoutMs);
  /** To be called for each handle that was initialised. */
  template <typename Handle>
  void own(Handle* handle) {
    handle->data = this;
    handles_.push_back(reinterpret_cast<uv_handle_t*>(handle));
  }
  void settle(const Result<bool>& outcome);

  virtual void onTimeout() = 0;
  /** The handles are being closed: release what they used, before JavaScript hears of the end. */
  virtual void onClosing() {}
  /** Nobody listens any more: let go of what the wait has got. */
  virtual void onTeardown() = 0;

 private:
  void closeHandles();
  void tearDown();

  uv_timer_t timer_;
  std::vector<uv_handle_t*> handles_;
  size_t open_ = 0;
  bool closing_ = false;
  Deferred deferred_;
  TeardownHook teardown_;
};

/** Returns an already known outcome as a promise. */
void returnSettled(Nan::FunctionCallbackInfo<v8::Value> const& info, const Result<bool>& outcome);

}  // namespace virtainer
