#include "controller/accounts.h"

#include <algorithm>
#include <cerrno>

#include "common/tokens.h"

namespace virtainer {

namespace {

constexpr uint64_t kMaxId = 0xfffffffe;  // the highest number means "no change" to setresuid()
constexpr size_t kMaxGroups = 65536;
constexpr size_t kPasswdFields = 7;
constexpr size_t kGroupFields = 4;

using Fields = std::vector<std::string_view>;

Fields split(std::string_view text, char separator) {
  Fields fields;
  while (true) {
    size_t end = text.find(separator);
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

// The first line with the right number of fields that satisfies the condition.
template <typename Condition>
std::optional<Fields> find_line(std::string_view file, size_t field_count, Condition condition) {
  while (!file.empty()) {
    size_t end = std::min(file.find('\n'), file.size());
    std::string_view line = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (static_cast<size_t>(std::count(line.begin(), line.end(), ':')) + 1 != field_count) continue;
    Fields fields = split(line, ':');
    if (!fields[0].empty() && condition(fields)) return fields;
  }
  return std::nullopt;
}

std::optional<uint64_t> parse_id(std::string_view text) { return parse_number(text, kMaxId); }

Result<User> user_of(const Fields& fields) {
  std::optional<uint64_t> uid = parse_id(fields[2]);
  std::optional<uint64_t> gid = parse_id(fields[3]);
  if (!uid || !gid) return Error{EINVAL, "user", std::string(fields[0])};
  std::string home(fields[5]);
  return User{static_cast<uid_t>(*uid), static_cast<gid_t>(*gid), std::string(fields[0]),
              home.empty() ? "/" : home};
}

Result<User> user_by_number(std::string_view passwd, uint64_t uid) {
  auto has_uid = [&](const Fields& fields) { return parse_id(fields[2]) == uid; };
  if (std::optional<Fields> fields = find_line(passwd, kPasswdFields, has_uid)) return user_of(*fields);
  return User{static_cast<uid_t>(uid), static_cast<gid_t>(uid), "", "/"};
}

}  // namespace

// A number is a number: the accounts are the container's, which could give root a name of digits.
Result<User> find_user(std::string_view passwd, const std::string& wanted) {
  std::string_view number = std::string_view(wanted).substr(wanted.starts_with('+') ? 1 : 0);
  if (std::optional<uint64_t> uid = parse_id(number)) return user_by_number(passwd, *uid);
  auto has_name = [&](const Fields& fields) { return fields[0] == wanted; };
  std::optional<Fields> fields = find_line(passwd, kPasswdFields, has_name);
  return fields ? user_of(*fields) : Error{EINVAL, "user", wanted};
}

Result<gid_t> find_group(std::string_view group, const std::string& wanted) {
  std::string_view number = std::string_view(wanted).substr(wanted.starts_with('+') ? 1 : 0);
  if (std::optional<uint64_t> gid = parse_id(number)) return static_cast<gid_t>(*gid);
  auto has_name = [&](const Fields& fields) { return fields[0] == wanted; };
  std::optional<Fields> fields = find_line(group, kGroupFields, has_name);
  std::optional<uint64_t> gid = fields ? parse_id((*fields)[2]) : std::nullopt;
  if (!gid) return Error{EINVAL, "group", wanted};
  return static_cast<gid_t>(*gid);
}

std::vector<gid_t> groups_of(std::string_view group, const User& user, gid_t main_group) {
  std::vector<gid_t> groups = {main_group};
  if (user.name.empty()) return groups;
  auto collect = [&](const Fields& fields) {
    Fields members = split(fields[3], ',');
    std::optional<uint64_t> gid = parse_id(fields[2]);
    if (gid && std::find(members.begin(), members.end(), user.name) != members.end()) {
      groups.push_back(static_cast<gid_t>(*gid));
    }
    return groups.size() >= kMaxGroups;
  };
  find_line(group, kGroupFields, collect);
  std::sort(groups.begin() + 1, groups.end());
  groups.erase(std::unique(groups.begin() + 1, groups.end()), groups.end());
  return groups;
}

}  // namespace virtainer
