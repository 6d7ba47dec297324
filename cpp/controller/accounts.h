// /etc/passwd and /etc/group, read by ourselves: nothing of the container's NSS is ever loaded. Pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace virtainer {

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;  // empty: only a number, without an entry
  std::string home = "/";
};

// `wanted` is a name, a number (when no such name exists) or +number. Without an entry the group has the
// user's number. A wanted entry with a wrong number is an error, never somebody else.
Result<User> find_user(std::string_view passwd, const std::string& wanted);
Result<gid_t> find_group(std::string_view group, const std::string& wanted);

// The groups that list the user as a member, with the main group first.
std::vector<gid_t> groups_of(std::string_view group, const User& user, gid_t main_group);

}  // namespace virtainer
