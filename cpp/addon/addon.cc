#include <dlfcn.h>
#include <nan.h>

#include "addon/functions.h"

namespace virtainer {
namespace {

/**
 * Node unloads an addon with the last worker thread that loaded it, but a thread that waits for a lock may
 * still be inside flock(2) and has to return into this code.
 */
void stayLoaded() {
  static const char anchor = 0;
  Dl_info self;
  if (dladdr(&anchor, &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

NAN_MODULE_INIT(initialize) {
  stayLoaded();
  Nan::SetMethod(target, "socketpair", socketpair);
  Nan::SetMethod(target, "pipe", pipe);
  Nan::SetMethod(target, "memfd", memfd);
  Nan::SetMethod(target, "openat2", openat2);
  Nan::SetMethod(target, "getXattr", getXattr);
  Nan::SetMethod(target, "setXattr", setXattr);
  Nan::SetMethod(target, "removeXattr", removeXattr);
  Nan::SetMethod(target, "spawnDetached", spawnDetached);
  Nan::SetMethod(target, "lock", lock);
  Nan::SetMethod(target, "tryLock", tryLock);
  Nan::SetMethod(target, "unlock", unlock);
  Nan::SetMethod(target, "tryLockRange", tryLockRange);
  Nan::SetMethod(target, "pidfdOpen", pidfdOpen);
  Nan::SetMethod(target, "pidfdSendSignal", pidfdSendSignal);
  Nan::SetMethod(target, "pidfdWait", pidfdWait);
  Nan::SetMethod(target, "attachDevicePolicy", attachDevicePolicy);
  Nan::SetMethod(target, "replaceDevicePolicy", replaceDevicePolicy);
  Nan::SetMethod(target, "hasDevicePolicy", hasDevicePolicy);
  Nan::SetMethod(target, "seccompVersion", seccompVersion);
  Nan::SetMethod(target, "compileSeccomp", compileSeccomp);
}

}  // namespace
}  // namespace virtainer

NAN_MODULE_WORKER_ENABLED(virtainer, virtainer::initialize)
