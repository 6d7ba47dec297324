#include "addon/deferred.h"

#include "addon/js_error.h"

namespace virtainer {

Deferred::Deferred() : isolate_(v8::Isolate::GetCurrent()) {
  Nan::HandleScope scope;
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  v8::Local<v8::Promise::Resolver> resolver;
  context_.Reset(context);
  // Empty only while the isolate is being terminated; nobody is there to wait then.
  if (v8::Promise::Resolver::New(context).ToLocal(&resolver)) resolver_.Reset(resolver);
}

Deferred::~Deferred() {
  resolver_.Reset();
  context_.Reset();
}

v8::Local<v8::Promise> Deferred::promise() const {
  Nan::EscapableHandleScope scope;
  if (resolver_.IsEmpty()) return v8::Local<v8::Promise>();
  return scope.Escape(Nan::New(resolver_)->GetPromise());
}

template <typename Settle>
void Deferred::settle(Settle settle) {
  if (resolver_.IsEmpty()) return;
  Nan::HandleScope scope;
  v8::Local<v8::Context> context = Nan::New(context_);
  v8::Context::Scope entered(context);
  // Its destructor runs the microtasks, and with them the code that awaits the promise.
  node::CallbackScope callback(isolate_, Nan::New<v8::Object>(), node::async_context{0, 0});
  settle(context, Nan::New(resolver_));
  resolver_.Reset();
}

void Deferred::resolve(v8::Local<v8::Value> value) {
  settle([&](v8::Local<v8::Context> context, v8::Local<v8::Promise::Resolver> resolver) {
    resolver->Resolve(context, value).FromMaybe(false);
  });
}

void Deferred::reject(const Failure& failed) {
  settle([&](v8::Local<v8::Context> context, v8::Local<v8::Promise::Resolver> resolver) {
    resolver->Reject(context, toJsError(failed)).FromMaybe(false);
  });
}

}  // namespace virtainer
