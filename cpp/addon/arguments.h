#pragma once

#include <nan.h>

#include <cstdint>
#include <string>
#include <vector>

namespace virtainer {

using CallInfo = Nan::FunctionCallbackInfo<v8::Value>;

/**
 * Reads and checks the arguments of a call. The first wrong one throws into JavaScript (TypeError for the
 * kind, RangeError for the value) and makes `ok()` false; what is read after that is meaningless.
 */
class Arguments {
 public:
  explicit Arguments(const CallInfo& info) : info_(info) {}

  bool ok() const { return ok_; }
  bool missing(int index) const { return info_[index]->IsUndefined(); }

  int64_t integer(int index, const char* name, int64_t min, int64_t max);
  int fd(int index, const char* name);
  /** A descriptor or AT_FDCWD. */
  int dirFd(int index, const char* name);
  /** Milliseconds; Infinity is allowed and comes back as such. */
  double timeout(int index, const char* name);
  /** Text without NUL characters. */
  std::string string(int index, const char* name);
  std::vector<std::string> strings(int index, const char* name);
  std::vector<int> fds(int index, const char* name);
  std::string bytes(int index, const char* name);
  /** The elements of a BigUint64Array. */
  std::vector<uint64_t> words(int index, const char* name);
  /** A required boolean property of an object. */
  bool option(int index, const char* name, const char* property);

 private:
  int64_t checkInteger(v8::Local<v8::Value> value, const char* name, int64_t min, int64_t max);
  std::string checkString(v8::Local<v8::Value> value, const char* name);
  std::vector<v8::Local<v8::Value>> items(int index, const char* name);
  void typeError(const char* name, const char* expected);
  void rangeError(const char* name, const std::string& expected);

  const CallInfo& info_;
  bool ok_ = true;
};

}  // namespace virtainer
