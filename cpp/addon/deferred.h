#pragma once

#include <nan.h>

#include "addon/result.h"

namespace virtainer {

/** A promise made now and settled later, on the same thread. */
class Deferred {
 public:
  Deferred();
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;
  ~Deferred();

  v8::Local<v8::Promise> promise() const;
  void resolve(v8::Local<v8::Value> value);
  void reject(const Failure& failed);

 private:
  template <typename Settle>
  void settle(Settle settle);

  v8::Isolate* isolate_;
  Nan::Persistent<v8::Context> context_;
  Nan::Persistent<v8::Promise::Resolver> resolver_;
};

}  // namespace virtainer
