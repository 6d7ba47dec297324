#pragma once

#include <node.h>

#include <functional>
#include <utility>

namespace virtainer {

/**
 * Holds up the end of the Node environment (a worker thread, or the process) until the owner is destroyed.
 * Without it the loop would be closed under a pending request or handle, on which Node aborts.
 */
class TeardownHook {
 public:
  TeardownHook(v8::Isolate* isolate, std::function<void()> onTeardown)
      : onTeardown_(std::move(onTeardown)), hook_(node::AddEnvironmentCleanupHook(isolate, begin, this)) {}
  TeardownHook(const TeardownHook&) = delete;
  TeardownHook& operator=(const TeardownHook&) = delete;

  ~TeardownHook() {
    if (done_ != nullptr) {
      done_(doneArgument_);
    } else {
      node::RemoveEnvironmentCleanupHook(std::move(hook_));
    }
  }

  /** True when JavaScript may not be called any more. */
  bool begun() const { return done_ != nullptr; }

 private:
  static void begin(void* self, void (*done)(void*), void* doneArgument) {
    auto* hook = static_cast<TeardownHook*>(self);
    hook->done_ = done;
    hook->doneArgument_ = doneArgument;
    hook->onTeardown_();
  }

  std::function<void()> onTeardown_;
  void (*done_)(void*) = nullptr;
  void* doneArgument_ = nullptr;
  node::AsyncCleanupHookHandle hook_;
};

}  // namespace virtainer
