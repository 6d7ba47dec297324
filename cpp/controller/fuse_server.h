// The file system of a container's view: a connection to the kernel that is served in the controller's loop.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/fuse_requests.h"
#include "controller/plan.h"

namespace virtainer {

// A FUSE file system that is mounted nowhere yet, and our end of it. Whoever looks into it waits for the
// server.
struct FuseFileSystem {
  unique_fd device;
  unique_fd mount;
};
Result<FuseFileSystem> make_fuse_file_system(const std::vector<std::string>& options);

class FuseServer {
 public:
  FuseServer(unique_fd device, ResourceView view)
      : device_(std::move(device)), requests_(std::move(view)), buffer_(kBufferBytes, '\0') {}

  // To be polled for input; -1 while the container has had more than its share.
  int polled_fd(uint64_t now_us) const { return wait_us(now_us) > 0 ? -1 : device_.get(); }
  // How long until it is to be polled again; 0: now.
  uint64_t wait_us(uint64_t now_us) const;
  // Answers what waits, as far as it goes without keeping the loop from the rest.
  void serve();

 private:
  // The kernel wants room for a header and the largest write, and no less than this.
  static constexpr size_t kBufferBytes = 8192;

  bool serve_one();

  unique_fd device_;
  FuseRequests requests_;
  std::string buffer_;
  uint64_t paid_until_us_ = 0;
};

}  // namespace virtainer
