#pragma once

#include <cstdint>
#include <string>

#include "addon/result.h"

namespace virtainer {

/** libseccomp's `struct scmp_version`. */
struct SeccompVersion {
  unsigned major;
  unsigned minor;
  unsigned micro;
};

/** libseccomp's `struct scmp_arg_cmp`. */
struct SeccompComparison {
  unsigned argument;
  int op;
  uint64_t first;
  uint64_t second;
};

/** libseccomp's `enum scmp_filter_attr`, as far as it is used. */
enum class SeccompAttribute : int { kBadArch = 2, kNoNewPrivs = 3, kThreadSync = 4, kOptimize = 8 };

/**
 * The functions of libseccomp that are used, found at run time: the package builds and loads without it.
 * Declared here because its header need not be there either; the ABI of libseccomp.so.2 is frozen.
 */
struct SeccompLibrary {
  const SeccompVersion* (*version)();
  void* (*init)(uint32_t defaultAction);
  void (*release)(void* context);
  int (*setAttribute)(void* context, int attribute, uint32_t value);
  int (*addRule)(void* context, uint32_t action, int syscall, unsigned count,
                 const SeccompComparison* comparisons);
  int (*exportBpf)(const void* context, int fd);
};

/** Loads the library of this absolute path, and never unloads it. */
Result<SeccompLibrary> loadSeccompLibrary(const std::string& path);

}  // namespace virtainer
