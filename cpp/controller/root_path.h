// Paths inside a container that is being built, resolved under its root: no link leads out of it.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

struct Inside {
  int root = -1;
  bool no_symlinks = false;
};

// An O_PATH descriptor of something that exists.
Result<unique_fd> open_inside(const Inside& inside, const std::string& path);

// As above; a missing directory is made, with its parents.
Result<unique_fd> make_directory(const Inside& inside, const std::string& path, mode_t mode);

// As above; a missing file is made, with its parents.
Result<unique_fd> make_file(const Inside& inside, const std::string& path);

// The directory that holds the path's last component (made when missing), and that component.
struct Place {
  unique_fd parent;
  std::string name;
};
Result<Place> make_parent(const Inside& inside, const std::string& path);

inline bool is_missing(const Error& error) { return error.code == ENOENT || error.code == ENOTDIR; }

Result<bool> is_directory(int fd, const std::string& path);

}  // namespace virtainer
