#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "addon/result.h"
#include "addon/seccomp_library.h"

namespace virtainer {

struct SeccompRule {
  int syscall;
  uint32_t action;
  std::vector<SeccompComparison> comparisons;
};

/** What a filter does, decided by the caller to the last number. */
struct SeccompRules {
  uint32_t defaultAction = 0;
  uint32_t badArchAction = 0;
  std::vector<SeccompRule> rules;
};

/** The rules of their wire form (`Native.compileSeccomp` in lib/lxc/native.ts); false when it is malformed.
 */
bool decodeSeccompRules(const std::vector<uint64_t>& words, std::vector<SeccompRule>& rules);

/** The BPF program for these rules and the native architecture: bytes of `struct sock_filter`s. */
Result<std::string> compileSeccompRules(const SeccompLibrary& library, const SeccompRules& rules);

}  // namespace virtainer
