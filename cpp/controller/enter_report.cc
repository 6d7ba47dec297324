#include "controller/enter_report.h"

#include <fcntl.h>

#include "common/tokens.h"
#include "controller/handshake.h"

namespace virtainer {

Result<ReportPipe> make_report_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return last_error("pipe2");
  ReportPipe report{unique_fd(ends[0]), unique_fd(ends[1])};
  if (fcntl(report.supervisor.get(), F_SETFL, O_NONBLOCK) != 0) return last_error("fcntl");
  return report;
}

void StageReport::write(const std::string& message) {
  for (size_t written = 0; written < message.size();) {
    ssize_t n = ::write(pipe_, message.data() + written, message.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) _exit(1);
    written += static_cast<size_t>(n);
  }
}

void StageReport::reached(Message stage) {
  write(encode_message(static_cast<uint16_t>(stage), {monotonic_ns()}));
}

void StageReport::stage(Message stage, const Status& outcome) {
  if (!outcome) failed(stage, outcome.error());
  reached(stage);
}

void StageReport::failed(Message stage, const Error& error) {
  write(encode_failure(stage, error));
  _exit(1);
}

}  // namespace virtainer
