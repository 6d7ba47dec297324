// The security label that the kernel gives to the program this thread executes next.
#pragma once

#include <linux/magic.h>

#include <string>

#include "common/result.h"

namespace virtainer {

// Writes `label` for the next execve of the calling thread, and reads it back. `module` is `selinux` or
// `apparmor`. `proc` is the root of a procfs that shows the caller, opened by the caller for this alone: a
// path such as /proc could be a directory that somebody has prepared, which takes every label and means
// nothing. `magic` is another one in tests only, whose tree is a plain directory.
Status set_exec_label(int proc, const std::string& module, const std::string& label,
                      long magic = PROC_SUPER_MAGIC);

}  // namespace virtainer
