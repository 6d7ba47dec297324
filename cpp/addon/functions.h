#pragma once

#include <nan.h>

namespace virtainer {

// One per function of the interface `Native` in lib/lxc/native.ts, which describes them.
NAN_METHOD(socketpair);
NAN_METHOD(pipe);
NAN_METHOD(memfd);
NAN_METHOD(openat2);
NAN_METHOD(getXattr);
NAN_METHOD(setXattr);
NAN_METHOD(removeXattr);
NAN_METHOD(spawnDetached);
NAN_METHOD(lock);
NAN_METHOD(tryLock);
NAN_METHOD(unlock);
NAN_METHOD(tryLockRange);
NAN_METHOD(pidfdOpen);
NAN_METHOD(pidfdSendSignal);
NAN_METHOD(pidfdWait);
NAN_METHOD(attachDevicePolicy);
NAN_METHOD(replaceDevicePolicy);
NAN_METHOD(hasDevicePolicy);
NAN_METHOD(seccompVersion);
NAN_METHOD(compileSeccomp);

}  // namespace virtainer
