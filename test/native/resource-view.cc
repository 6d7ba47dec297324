// The view of a container's resources without a container. Arguments: a file of the view and sources as
// NAME=PATH print that file. `requests` and a seed instead: answers as many mutated FUSE requests, and prints
// how many there were and how much memory was kept at most. `slow` and a FIFO: serves one reader, which takes
// 400 ms without any work, and prints for how many microseconds the next one has to wait.
#include <fcntl.h>
#include <linux/fuse.h>
#include <malloc.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "controller/fuse_requests.h"
#include "controller/fuse_server.h"
#include "controller/records.h"

using namespace virtainer;

namespace {

constexpr int kRequests = 20'000;
constexpr useconds_t kSlowUs = 400'000;

std::string request_of(std::minstd_rand& random) {
  fuse_in_header header = {};
  constexpr uint32_t kUsual[] = {FUSE_LOOKUP, FUSE_GETATTR, FUSE_OPEN,    FUSE_READ,
                                 FUSE_READ,   FUSE_READ,    FUSE_RELEASE, FUSE_INIT};
  header.opcode = random() % 4 == 0 ? random() % 64 : kUsual[random() % std::size(kUsual)];
  header.unique = random();
  header.nodeid = random() % 12;
  std::string body(random() % 128, '\0');
  for (char& byte : body) byte = static_cast<char>(random() % 3 == 0 ? random() : 0);
  if (header.opcode == FUSE_READ && random() % 8 != 0) {
    fuse_read_in read = {};
    read.fh = random() % 100'000;
    read.offset = random() % 3 == 0 ? random() : 0;
    read.size = random() % 2 == 0 ? UINT32_MAX : random() % 8192;
    body.assign(reinterpret_cast<const char*>(&read), sizeof read);
  }
  if (header.opcode == FUSE_LOOKUP && random() % 2 == 0) body.assign("meminfo\0", 8);
  header.len = static_cast<uint32_t>(sizeof header + body.size());
  std::string request(reinterpret_cast<const char*>(&header), sizeof header);
  request += body;
  if (random() % 16 == 0) request.resize(random() % request.size());
  return request;
}

bool is_answer(const std::string& answer, const std::string& request) {
  if (answer.empty()) return true;
  fuse_out_header out = {};
  fuse_in_header in = {};
  if (answer.size() < sizeof out || request.size() < sizeof in) return false;
  memcpy(&out, answer.data(), sizeof out);
  memcpy(&in, request.data(), sizeof in);
  return out.len == answer.size() && out.unique == in.unique && out.error <= 0 && out.error > -1000;
}

int answer_all(unsigned seed) {
  std::minstd_rand random(seed);
  FuseRequests requests(ResourceView({}, 0));
  size_t most = 0;
  for (int i = 0; i < kRequests; i++) {
    const std::string request = request_of(random);
    if (!is_answer(requests.answer(request), request)) return 1;
    if (i % 100 == 0) most = std::max(most, mallinfo2().uordblks);
  }
  std::printf("%d %zu\n", kRequests, most);
  return 0;
}

std::string read_of(ViewFile file) {
  fuse_in_header header = {};
  fuse_read_in read = {};
  header.len = sizeof header + sizeof read;
  header.opcode = FUSE_READ;
  header.nodeid = FUSE_ROOT_ID + 1 + static_cast<uint64_t>(file);
  read.size = 4096;
  std::string request(reinterpret_cast<const char*>(&header), sizeof header);
  return request.append(reinterpret_cast<const char*>(&read), sizeof read);
}

int serve_slowly(const char* fifo) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) != 0) return 1;
  const pid_t writer = fork();
  if (writer == 0) {
    usleep(kSlowUs);
    _exit(open(fifo, O_WRONLY) < 0);
  }
  FuseServer server(unique_fd(ends[0]), ResourceView({{ViewSourceKind::processes, fifo}}, 0));
  const std::string request = read_of(ViewFile::loadavg);
  if (write(ends[1], request.data(), request.size()) < 0) return 1;
  server.serve();
  std::printf("%llu\n", static_cast<unsigned long long>(server.wait_us(monotonic_us())));
  int status = 0;
  return waitpid(writer, &status, 0) == writer ? status : 1;
}

int64_t boottime_offset_ns() {
  const char* seconds = getenv("BOOTTIME_OFFSET");
  return seconds == nullptr ? 0 : atoll(seconds) * 1'000'000'000;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "requests") == 0) return answer_all(static_cast<unsigned>(atoi(argv[2])));
  if (argc == 3 && strcmp(argv[1], "slow") == 0) return serve_slowly(argv[2]);
  std::vector<ViewSource> sources;
  for (int i = 2; i < argc; i++) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    std::optional<ViewSourceKind> kind = find_view_source(argument.substr(0, equals));
    if (!kind || equals == std::string::npos) return 2;
    sources.push_back({*kind, argument.substr(equals + 1)});
  }
  std::optional<ViewFile> file = argc > 1 ? find_view_file(argv[1]) : std::nullopt;
  if (!file) return 2;
  std::fputs(ResourceView(sources, boottime_offset_ns()).content(*file).c_str(), stdout);
  return 0;
}
