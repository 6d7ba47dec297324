// What the joiner and the command of an `enter` tell their supervisor. It goes through a pipe: a socket would
// lead a tracer inside of the container to the process at its other end (SO_PEERPIDFD), and so to the host.
#pragma once

#include <string>

#include "common/protocol.h"
#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

struct ReportPipe {
  unique_fd supervisor;  // never blocks
  unique_fd child;
};

Result<ReportPipe> make_report_pipe();

class StageReport {
 public:
  explicit StageReport(int pipe) : pipe_(pipe) {}

  int fd() const { return pipe_; }
  void reached(Message stage);
  // Tells that the stage is reached, or why not, and ends the process then.
  void stage(Message stage, const Status& outcome);
  [[noreturn]] void failed(Message stage, const Error& error);

 private:
  void write(const std::string& message);
  int pipe_;
};

}  // namespace virtainer
