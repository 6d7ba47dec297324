#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addon/functions.h"
#include "addon/js_error.h"

namespace virtainer {
namespace {

v8::Local<v8::Value> pairToJs(const int (&fds)[2]) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Array> pair = Nan::New<v8::Array>(2);
  Nan::Set(pair, 0, Nan::New(fds[0]));
  Nan::Set(pair, 1, Nan::New(fds[1]));
  return scope.Escape(pair.As<v8::Value>());
}

}  // namespace

NAN_METHOD(socketpair) {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    return throwFailure(failure("socketpair"));
  info.GetReturnValue().Set(pairToJs(fds));
}

NAN_METHOD(pipe) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) < 0) return throwFailure(failure("pipe2"));
  info.GetReturnValue().Set(pairToJs(fds));
}

}  // namespace virtainer
