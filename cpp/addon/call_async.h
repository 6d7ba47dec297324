#pragma once

#include <nan.h>

#include <optional>
#include <utility>

#include "addon/arguments.h"
#include "addon/deferred.h"
#include "addon/teardown_hook.h"

namespace virtainer {

template <typename Work, typename ToJs>
class AsyncCall : public Nan::AsyncWorker {
 public:
  AsyncCall(Work work, ToJs toJs)
      : Nan::AsyncWorker(nullptr, "virtainer:call"),
        work_(std::move(work)),
        toJs_(std::move(toJs)),
        teardown_(std::in_place, v8::Isolate::GetCurrent(),
                  [this] { uv_cancel(reinterpret_cast<uv_req_t*>(&request)); }) {}

  v8::Local<v8::Promise> promise() const { return deferred_.promise(); }

  void Execute() override { result_.emplace(work_()); }

  void WorkComplete() override {
    // No result: cancelled by the teardown.
    if (teardown_->begun() || !result_) return;
    // JavaScript may end the environment from here, which must not wait for this call to return.
    teardown_.reset();
    Nan::HandleScope scope;
    if (result_->ok()) {
      deferred_.resolve(toJs_(result_->value()));
    } else {
      deferred_.reject(result_->error());
    }
  }

 private:
  Work work_;
  ToJs toJs_;
  std::optional<decltype(std::declval<Work&>()())> result_;
  Deferred deferred_;
  std::optional<TeardownHook> teardown_;
};

/**
 * Returns a promise to JavaScript. `work` runs on libuv's pool, touches no V8 and returns a Result; `toJs`
 * makes the JavaScript value of it on the calling thread.
 */
template <typename Work, typename ToJs>
void callAsync(const CallInfo& info, Work work, ToJs toJs) {
  auto* call = new AsyncCall<Work, ToJs>(std::move(work), std::move(toJs));
  info.GetReturnValue().Set(call->promise());
  Nan::AsyncQueueWorker(call);
}

}  // namespace virtainer
