#include "controller/fuse_server.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>

#include "controller/records.h"

namespace virtainer {

namespace {

constexpr char kDevice[] = "/dev/fuse";
constexpr unsigned kAttributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
constexpr int kMaxPerTurn = 16;
// Reading costs the controller time that no limit of the container covers: at most a fifth of a CPU, of which
// a fifth of a second may come at once.
constexpr uint64_t kShare = 5;
constexpr uint64_t kCreditUs = 1'000'000;

Status set_option(int context, const std::string& option) {
  const size_t equals = option.find('=');
  const std::string name = option.substr(0, equals);
  const int failed = equals == std::string::npos
                         ? fsconfig(context, FSCONFIG_SET_FLAG, name.c_str(), nullptr, 0)
                         : fsconfig(context, FSCONFIG_SET_STRING, name.c_str(), &option[equals + 1], 0);
  if (failed != 0) return last_error("fsconfig", option);
  return Done{};
}

}  // namespace

Result<FuseFileSystem> make_fuse_file_system(const std::vector<std::string>& options) {
  FuseFileSystem made;
  made.device.reset(open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!made.device) return last_error("open", kDevice);
  unique_fd context(fsopen("fuse", FSOPEN_CLOEXEC));
  if (!context) return last_error("fsopen", "fuse");
  std::vector<std::string> all = {"source=virtainer",    "fd=" + std::to_string(made.device.get()),
                                  "rootmode=40000",      "user_id=0",
                                  "group_id=0",          "allow_other",
                                  "default_permissions", "ro"};
  all.insert(all.end(), options.begin(), options.end());
  for (const std::string& option : all) VT_TRY(set_option(context.get(), option));
  if (fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return last_error("fsconfig", "fuse");
  made.mount.reset(fsmount(context.get(), FSMOUNT_CLOEXEC, kAttributes));
  if (!made.mount) return last_error("fsmount", "fuse");
  return made;
}

uint64_t FuseServer::wait_us(uint64_t now_us) const {
  const uint64_t credit_until_us = now_us + kCreditUs;
  return paid_until_us_ > credit_until_us ? paid_until_us_ - credit_until_us : 0;
}

void FuseServer::serve() {
  const uint64_t before = cpu_time_us();
  for (int served = 0; served < kMaxPerTurn && serve_one(); served++) {
  }
  // Not by the clock: readers would pay for a controller that was stopped, or had to wait for a CPU.
  paid_until_us_ = std::max(paid_until_us_, monotonic_us()) + (cpu_time_us() - before) * kShare;
}

bool FuseServer::serve_one() {
  const ssize_t got = read(device_.get(), buffer_.data(), buffer_.size());
  if (got < 0) {
    // Mounted nowhere any more: it would be readable for ever.
    if (errno == ENODEV) device_.reset();
    return errno == ENOENT || errno == EINTR;  // the reader has been killed meanwhile
  }
  const std::string answer = requests_.answer({buffer_.data(), static_cast<size_t>(got)});
  // A reader that has been killed meanwhile wants no answer: that is no error of ours.
  if (!answer.empty()) [[maybe_unused]]
    ssize_t written = write(device_.get(), answer.data(), answer.size());
  return true;
}

}  // namespace virtainer
