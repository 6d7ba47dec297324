#include "addon/seccomp_compile.h"

#include <linux/memfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <climits>
#include <memory>
#include <mutex>

#include "addon/unique_fd.h"

namespace virtainer {
namespace {

constexpr uint64_t kArguments = 6;
constexpr size_t kComparisonWords = 4;
constexpr uint64_t kLastOp = 7;
// SCMP_FLTATR_CTL_OPTIMIZE: a binary tree over the numbers instead of one comparison after the other.
constexpr uint32_t kBinaryTree = 2;

using Context = std::unique_ptr<void, void (*)(void*)>;

/** libseccomp returns negative errno values. */
Failure libraryFailure(const char* function, int code, std::string reason = {}) {
  return Failure{-code, function, {}, std::move(reason)};
}

int configure(const SeccompLibrary& library, void* context, uint32_t badArchAction) {
  const std::pair<SeccompAttribute, uint32_t> settings[] = {
      {SeccompAttribute::kBadArch, badArchAction},
      {SeccompAttribute::kNoNewPrivs, 0},
      {SeccompAttribute::kThreadSync, 0},
      {SeccompAttribute::kOptimize, kBinaryTree},
  };
  for (const auto& [attribute, value] : settings) {
    int code = library.setAttribute(context, static_cast<int>(attribute), value);
    if (code != 0) return code;
  }
  return 0;
}

Result<Unit> addRules(const SeccompLibrary& library, void* context, const std::vector<SeccompRule>& rules) {
  for (const SeccompRule& rule : rules) {
    unsigned count = static_cast<unsigned>(rule.comparisons.size());
    int code = library.addRule(context, rule.action, rule.syscall, count, rule.comparisons.data());
    // Said twice is said.
    if (code == 0 || code == -EEXIST) continue;
    return libraryFailure("seccomp_rule_add", code, "rule for system call " + std::to_string(rule.syscall));
  }
  return Unit{};
}

Result<std::string> readBack(int fd) {
  off_t size = lseek(fd, 0, SEEK_END);
  if (size < 0) return failure("lseek");
  std::string content(static_cast<size_t>(size), '\0');
  ssize_t count = pread(fd, content.data(), content.size(), 0);
  if (count < 0) return failure("pread");
  content.resize(static_cast<size_t>(count));
  return content;
}

/** By a file, because libseccomp 2.5 has no export to memory. */
Result<std::string> exportProgram(const SeccompLibrary& library, void* context) {
  UniqueFd fd(memfd_create("virtainer-seccomp", MFD_CLOEXEC));
  if (!fd) return failure("memfd_create");
  int code = library.exportBpf(context, fd.get());
  if (code != 0) return libraryFailure("seccomp_export_bpf", code);
  return readBack(fd.get());
}

}  // namespace

bool decodeSeccompRules(const std::vector<uint64_t>& words, std::vector<SeccompRule>& rules) {
  for (size_t at = 0; at < words.size();) {
    if (words.size() - at < 3) return false;
    uint64_t syscall = words[at], action = words[at + 1], count = words[at + 2];
    at += 3;
    if (syscall > INT_MAX || action > UINT32_MAX || count > kArguments) return false;
    if (words.size() - at < count * kComparisonWords) return false;
    SeccompRule rule{static_cast<int>(syscall), static_cast<uint32_t>(action), {}};
    for (uint64_t i = 0; i < count; i++, at += kComparisonWords) {
      uint64_t argument = words[at], op = words[at + 1];
      if (argument >= kArguments || op == 0 || op > kLastOp) return false;
      rule.comparisons.push_back(
          {static_cast<unsigned>(argument), static_cast<int>(op), words[at + 2], words[at + 3]});
    }
    rules.push_back(std::move(rule));
  }
  return true;
}

Result<std::string> compileSeccompRules(const SeccompLibrary& library, const SeccompRules& rules) {
  // libseccomp promises nothing about threads, and finds out about the kernel in globals.
  static std::mutex one;
  std::lock_guard<std::mutex> guard(one);
  Context context(library.init(rules.defaultAction), library.release);
  if (!context) return Failure{EINVAL, "seccomp_init", {}, {}};
  int code = configure(library, context.get(), rules.badArchAction);
  if (code != 0) return libraryFailure("seccomp_attr_set", code);
  Result<Unit> added = addRules(library, context.get(), rules.rules);
  if (!added.ok()) return added.error();
  return exportProgram(library, context.get());
}

}  // namespace virtainer
