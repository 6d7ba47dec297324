#include "controller/exec_label.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string_view>

#include "common/unique_fd.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr char kAttribute[] = "thread-self/attr/exec";
// Kernels from 5.8 on: the file above belongs to the first module that answers there.
constexpr char kApparmorAttribute[] = "thread-self/attr/apparmor/exec";
constexpr ino_t kProcRoot = 1;
constexpr size_t kMaxLabelBytes = 4096;

Status check_proc(int proc, long magic) {
  struct statfs file_system = {};
  if (fstatfs(proc, &file_system) != 0) return last_error("fstatfs", "/proc");
  if (file_system.f_type != magic) return Error{EXDEV, "fstatfs", "/proc"};
  struct stat status = {};
  if (fstat(proc, &status) != 0) return last_error("fstat", "/proc");
  if (magic == PROC_SUPER_MAGIC && status.st_ino != kProcRoot) return Error{ESTALE, "fstat", "/proc"};
  return Done{};
}

// No mount over a part of it is crossed, and no link but procfs's own is followed.
unique_fd open_attribute(int proc, const char* path) {
  return unique_fd(sys_openat2(proc, path, O_RDWR | O_NOFOLLOW | O_NOCTTY,
                               RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS));
}

struct Attribute {
  unique_fd fd;
  const char* path;
};

Result<Attribute> open_for(int proc, const std::string& module) {
  if (module == "apparmor") {
    unique_fd fd = open_attribute(proc, kApparmorAttribute);
    if (fd) return Attribute{std::move(fd), kApparmorAttribute};
    if (errno != ENOENT) return last_error("openat2", kApparmorAttribute);
  } else if (module != "selinux") {
    return Error{EINVAL, "openat2", module};
  }
  unique_fd fd = open_attribute(proc, kAttribute);
  if (!fd) return last_error("openat2", kAttribute);
  return Attribute{std::move(fd), kAttribute};
}

// What the kernel says will be; without the NUL of the one module and the newline of the other.
Result<std::string> read_back(const Attribute& attribute) {
  std::string text(kMaxLabelBytes + 64, '\0');
  ssize_t got = pread(attribute.fd.get(), text.data(), text.size(), 0);
  if (got < 0) return last_error("read", attribute.path);
  text.resize(static_cast<size_t>(got));
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  return text;
}

// AppArmor adds the profile's mode: `name (enforce)`.
bool names_profile(std::string_view text, std::string_view name) {
  return text == name ||
         (text.starts_with(name) && text.substr(name.size()).starts_with(" (") && text.ends_with(")"));
}

}  // namespace

Status set_exec_label(int proc, const std::string& module, const std::string& label, long magic) {
  if (label.empty() || label.size() > kMaxLabelBytes ||
      label.find_first_of(std::string("\0\n", 2)) != std::string::npos)
    return Error{EINVAL, "write", module};
  VT_TRY(check_proc(proc, magic));
  Result<Attribute> attribute = open_for(proc, module);
  if (!attribute) return attribute.error();
  const bool is_apparmor = module == "apparmor";
  const std::string words = is_apparmor ? "exec " + label : label;
  // In one piece: the kernel takes each write for a whole label.
  ssize_t written = write(attribute->fd.get(), words.data(), words.size());
  if (written < 0) return last_error("write", attribute->path);
  if (static_cast<size_t>(written) != words.size()) return Error{EIO, "write", attribute->path};
  Result<std::string> kept = read_back(*attribute);
  if (!kept) return kept.error();
  // A plain file gives the words themselves back, procfs what it made of them.
  bool is_kept =
      is_apparmor ? names_profile(*kept, magic == PROC_SUPER_MAGIC ? label : words) : *kept == label;
  if (!is_kept) return Error{EBADMSG, "read", attribute->path};
  return Done{};
}

}  // namespace virtainer
