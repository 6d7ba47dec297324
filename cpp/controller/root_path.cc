#include "controller/root_path.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <vector>

#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr mode_t kParentMode = 0755;
constexpr int kRaceRetries = 128;

// The kernel answers EAGAIN when a rename elsewhere could have let a ".." escape; trying again is right.
int open_under(const Inside& inside, const std::string& path, uint64_t flags) {
  uint64_t resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (inside.no_symlinks ? RESOLVE_NO_SYMLINKS : 0);
  int fd = -1;
  for (int attempt = 0; attempt < kRaceRetries; attempt++) {
    fd = sys_openat2(inside.root, path.c_str(), flags, resolve);
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return fd;
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> components;
  for (size_t start = 0; start < path.size();) {
    size_t end = path.find('/', start);
    if (end == std::string::npos) end = path.size();
    std::string component = path.substr(start, end - start);
    if (!component.empty() && component != ".") components.push_back(std::move(component));
    start = end + 1;
  }
  return components;
}

// The directory of these components, made where missing.
Result<unique_fd> make_directories(const Inside& inside, const std::vector<std::string>& components,
                                   mode_t mode) {
  std::string path = "/";
  unique_fd current(open_under(inside, path, O_PATH | O_DIRECTORY));
  if (!current) return last_error("openat2", path);
  for (size_t i = 0; i < components.size(); i++) {
    path += (i == 0 ? "" : "/") + components[i];
    unique_fd next(open_under(inside, path, O_PATH | O_DIRECTORY));
    if (!next && errno == ENOENT) {
      mode_t wanted = i + 1 == components.size() ? mode : kParentMode;
      // EEXIST: a link to nowhere, or made by someone else meanwhile; opening again tells.
      if (mkdirat(current.get(), components[i].c_str(), wanted) != 0 && errno != EEXIST) {
        return last_error("mkdirat", path);
      }
      next.reset(open_under(inside, path, O_PATH | O_DIRECTORY));
    }
    if (!next) return last_error("openat2", path);
    current = std::move(next);
  }
  return current;
}

Result<Place> place(const Inside& inside, const std::string& path) {
  std::vector<std::string> components = split(path);
  if (components.empty() || components.back() == "..") return Error{EINVAL, "openat2", path};
  std::string name = std::move(components.back());
  components.pop_back();
  Result<unique_fd> parent = make_directories(inside, components, kParentMode);
  if (!parent) return parent.error();
  return Place{std::move(*parent), std::move(name)};
}

}  // namespace

Result<unique_fd> open_inside(const Inside& inside, const std::string& path) {
  unique_fd fd(open_under(inside, path, O_PATH));
  if (!fd) return last_error("openat2", path);
  return fd;
}

Result<unique_fd> make_directory(const Inside& inside, const std::string& path, mode_t mode) {
  return make_directories(inside, split(path), mode);
}

Result<unique_fd> make_file(const Inside& inside, const std::string& path) {
  unique_fd existing(open_under(inside, path, O_PATH));
  if (existing) return existing;
  if (errno != ENOENT) return last_error("openat2", path);
  Result<Place> where = place(inside, path);
  if (!where) return where.error();
  unique_fd made(openat(where->parent.get(), where->name.c_str(),
                        O_CREAT | O_EXCL | O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!made && errno != EEXIST) return last_error("openat", path);
  return open_inside(inside, path);
}

Result<Place> make_parent(const Inside& inside, const std::string& path) { return place(inside, path); }

Result<bool> is_directory(int fd, const std::string& path) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return last_error("fstat", path);
  return S_ISDIR(status.st_mode);
}

}  // namespace virtainer
