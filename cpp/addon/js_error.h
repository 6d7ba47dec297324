#pragma once

#include <nan.h>

#include "addon/result.h"

namespace virtainer {

/** The Error Node itself would make: `code`, `errno` (negative), `syscall` and perhaps `path`. */
v8::Local<v8::Value> toJsError(const Failure& failed);

void throwFailure(const Failure& failed);

}  // namespace virtainer
