#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/js_error.h"
#include "addon/unique_fd.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020
#endif

namespace virtainer {
namespace {

/** Kernels before 6.3 refuse the two flags about execution, and log a warning without them after that. */
UniqueFd create(const std::string& name, bool executable) {
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = memfd_create(name.c_str(), flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
  if (fd < 0 && errno == EINVAL) fd = memfd_create(name.c_str(), flags);
  return UniqueFd(fd);
}

bool writeAll(int fd, const std::string& data) {
  for (size_t done = 0; done < data.size();) {
    ssize_t count = write(fd, data.data() + done, data.size() - done);
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) done += static_cast<size_t>(count);
  }
  return true;
}

/** With F_SEAL_EXEC no process that gets hold of the file can take its mode away; kernels before 6.3 lack it.
 */
bool seal(int fd, bool executable) {
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (executable && fcntl(fd, F_ADD_SEALS, kSeals | F_SEAL_EXEC) == 0) return true;
  return (!executable || errno == EINVAL) && fcntl(fd, F_ADD_SEALS, kSeals) == 0;
}

Result<UniqueFd> sealedMemory(const std::string& name, const std::string& data, bool executable) {
  UniqueFd fd = create(name, executable);
  if (!fd) return failure("memfd_create");
  if (!writeAll(fd.get(), data)) return failure("write");
  if (lseek(fd.get(), 0, SEEK_SET) < 0) return failure("lseek");
  if (executable && fchmod(fd.get(), 0555) < 0) return failure("fchmod");
  if (!seal(fd.get(), executable)) return failure("fcntl");
  return fd;
}

}  // namespace

NAN_METHOD(memfd) {
  Arguments arguments(info);
  std::string name = arguments.string(0, "name");
  std::string data = arguments.bytes(1, "data");
  bool executable = arguments.option(2, "options", "executable");
  if (!arguments.ok()) return;
  Result<UniqueFd> fd = sealedMemory(name, data, executable);
  if (!fd.ok()) return throwFailure(fd.error());
  info.GetReturnValue().Set(fd.value().release());
}

}  // namespace virtainer
