#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "addon/call_async.h"
#include "addon/functions.h"
#include "addon/js_error.h"
#include "addon/unique_fd.h"

namespace virtainer {
namespace {

/** By this name a program is known to be ours among those that others have attached to the same group. */
constexpr char kProgramName[] = "virtainer_dev";
static_assert(sizeof kProgramName <= BPF_OBJ_NAME_LEN);
/** The kernel attaches no more than this to one group. */
constexpr size_t kMaxPrograms = 64;
/** EAGAIN: a signal came while the kernel checked the program. */
constexpr int kLoadAttempts = 8;

uint64_t address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

int bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

Result<UniqueFd> loadProgram(const std::string& program) {
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.expected_attach_type = BPF_CGROUP_DEVICE;
  attributes.insns = address(program.data());
  attributes.insn_cnt = static_cast<uint32_t>(program.size() / sizeof(bpf_insn));
  attributes.license = address("");
  memcpy(attributes.prog_name, kProgramName, sizeof kProgramName);
  int fd = -1;
  for (int attempt = 0; attempt < kLoadAttempts; attempt++) {
    fd = bpf(BPF_PROG_LOAD, attributes);
    if (fd >= 0 || errno != EAGAIN) break;
  }
  if (fd < 0) return failure("bpf(BPF_PROG_LOAD)");
  return UniqueFd(fd);
}

bool isOurs(int program) {
  bpf_prog_info description{};
  bpf_attr attributes{};
  attributes.info.bpf_fd = static_cast<uint32_t>(program);
  attributes.info.info_len = sizeof description;
  attributes.info.info = address(&description);
  if (bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) < 0) return false;
  return strncmp(description.name, kProgramName, sizeof description.name) == 0;
}

/** Our program among those attached to this very group; none is no failure. */
Result<UniqueFd> findAttached(int cgroup) {
  uint32_t ids[kMaxPrograms];
  bpf_attr attributes{};
  attributes.query.target_fd = static_cast<uint32_t>(cgroup);
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = address(ids);
  attributes.query.prog_cnt = kMaxPrograms;
  if (bpf(BPF_PROG_QUERY, attributes) < 0) return failure("bpf(BPF_PROG_QUERY)");
  size_t count = std::min<size_t>(attributes.query.prog_cnt, kMaxPrograms);
  for (size_t i = 0; i < count; i++) {
    bpf_attr wanted{};
    wanted.prog_id = ids[i];
    UniqueFd program(bpf(BPF_PROG_GET_FD_BY_ID, wanted));
    if (program && isOurs(program.get())) return program;
  }
  return UniqueFd();
}

/** Programs that others attach to this group or above are asked too: all have to agree. */
Result<Unit> attach(int cgroup, int program, const UniqueFd& replaced) {
  bpf_attr attributes{};
  attributes.target_fd = static_cast<uint32_t>(cgroup);
  attributes.attach_bpf_fd = static_cast<uint32_t>(program);
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (replaced) {
    attributes.attach_flags |= BPF_F_REPLACE;
    attributes.replace_bpf_fd = static_cast<uint32_t>(replaced.get());
  }
  if (bpf(BPF_PROG_ATTACH, attributes) < 0) return failure("bpf(BPF_PROG_ATTACH)");
  return Unit{};
}

Result<Unit> attachPolicy(int cgroup, const std::string& program) {
  Result<UniqueFd> loaded = loadProgram(program);
  if (!loaded.ok()) return loaded.error();
  return attach(cgroup, loaded.value().get(), UniqueFd());
}

Result<Unit> replacePolicy(int cgroup, const std::string& program) {
  Result<UniqueFd> loaded = loadProgram(program);
  if (!loaded.ok()) return loaded.error();
  Result<UniqueFd> old = findAttached(cgroup);
  if (!old.ok()) return old.error();
  // Without one there would be nothing to replace, and attaching is another decision than replacing.
  if (!old.value()) return Failure{ENOENT, "bpf(BPF_PROG_QUERY)", {}, {}};
  return attach(cgroup, loaded.value().get(), old.value());
}

/** The descriptor is copied: JavaScript may close its own meanwhile. */
template <typename Work>
void setPolicy(const CallInfo& info, Work work) {
  Arguments arguments(info);
  int cgroup = arguments.fd(0, "cgroup");
  std::string program = arguments.bytes(1, "program");
  if (!arguments.ok()) return;
  if (program.empty() || program.size() % sizeof(bpf_insn) != 0)
    return Nan::ThrowRangeError("program must be a number of whole instructions");
  UniqueFd copy(fcntl(cgroup, F_DUPFD_CLOEXEC, 0));
  int error = copy ? 0 : errno;
  callAsync(
      info,
      [work, error, program = std::move(program), copy = std::move(copy)]() -> Result<Unit> {
        if (error != 0) return Failure{error, "fcntl", {}, {}};
        return work(copy.get(), program);
      },
      [](Unit) -> v8::Local<v8::Value> { return Nan::Undefined(); });
}

}  // namespace

NAN_METHOD(attachDevicePolicy) { setPolicy(info, attachPolicy); }

NAN_METHOD(replaceDevicePolicy) { setPolicy(info, replacePolicy); }

NAN_METHOD(hasDevicePolicy) {
  Arguments arguments(info);
  int cgroup = arguments.fd(0, "cgroup");
  if (!arguments.ok()) return;
  Result<UniqueFd> program = findAttached(cgroup);
  if (!program.ok()) return throwFailure(program.error());
  info.GetReturnValue().Set(static_cast<bool>(program.value()));
}

}  // namespace virtainer
