#include "addon/js_error.h"

#include <cstring>

namespace virtainer {
namespace {

std::string errorName(int error) {
  char name[64];
  uv_err_name_r(-error, name, sizeof name);
#ifdef __GLIBC__
  // libuv knows about 80 of Linux's errors; EDQUOT, for one, is not among them.
  const char* known = strncmp(name, "Unknown", 7) == 0 ? strerrorname_np(error) : nullptr;
  if (known != nullptr) return known;
#endif
  return name;
}

std::string errorReason(int error) {
  char text[128];
  uv_strerror_r(-error, text, sizeof text);
  if (strncmp(text, "Unknown", 7) == 0) return strerror_r(error, text, sizeof text);
  return text;
}

v8::Local<v8::String> text(const std::string& value) { return Nan::New(value).ToLocalChecked(); }

std::string message(const Failure& failed) {
  const std::string& reason = failed.reason.empty() ? errorReason(failed.error) : failed.reason;
  std::string result = errorName(failed.error) + ": " + reason + ", " + failed.syscall;
  return failed.path.empty() ? result : result + " '" + failed.path + "'";
}

}  // namespace

v8::Local<v8::Value> toJsError(const Failure& failed) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Object> error = Nan::Error(text(message(failed))).As<v8::Object>();
  Nan::Set(error, text("errno"), Nan::New(-failed.error));
  Nan::Set(error, text("code"), text(errorName(failed.error)));
  Nan::Set(error, text("syscall"), text(failed.syscall));
  if (!failed.path.empty()) Nan::Set(error, text("path"), text(failed.path));
  return scope.Escape(error.As<v8::Value>());
}

void throwFailure(const Failure& failed) { Nan::ThrowError(toJsError(failed)); }

}  // namespace virtainer
