// Who the container's process is and what it may: user, groups, capabilities, signals.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/accounts.h"
#include "controller/plan.h"

namespace virtainer {

struct Identity {
  User user;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

// Reads the accounts of the root file system the caller is in.
Result<Identity> resolve_identity(const Plan& plan);

// A session keyring of its own: the host's is not seen.
Status leave_keyring();

// Bounding set, groups and user, then the remaining sets. Nothing can be undone afterwards.
Status become(const Identity& identity, const Plan& plan);

// Every signal at its default and unblocked.
void reset_signals();

}  // namespace virtainer
