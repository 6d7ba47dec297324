// The AppArmor profile that was made for one container.
#pragma once

#include <linux/magic.h>

#include <string>

#include "common/result.h"

namespace virtainer {

// Removes a profile from the kernel, after the last process that had it. None of that name is no error.
// `folder` and `magic` are others in tests only.
Status remove_apparmor_profile(const std::string& name,
                               const std::string& folder = "/sys/kernel/security/apparmor",
                               long magic = SECURITYFS_MAGIC);

}  // namespace virtainer
