#include "addon/seccomp_library.h"

#include <dlfcn.h>

namespace virtainer {
namespace {

Failure loaderFailure(const char* call, const std::string& path, int error) {
  const char* reason = dlerror();
  return Failure{error, call, path, reason == nullptr ? std::string() : reason};
}

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

Result<SeccompLibrary> loadSeccompLibrary(const std::string& path) {
  // A name without a slash would be looked for in LD_LIBRARY_PATH and the like.
  if (path.empty() || path[0] != '/') return Failure{EINVAL, "dlopen", path, "not an absolute path"};
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return loaderFailure("dlopen", path, ELIBACC);
  SeccompLibrary found{};
  bool complete = find(library, "seccomp_version", found.version) &&
                  find(library, "seccomp_init", found.init) &&
                  find(library, "seccomp_release", found.release) &&
                  find(library, "seccomp_attr_set", found.setAttribute) &&
                  find(library, "seccomp_rule_add_exact_array", found.addRule) &&
                  find(library, "seccomp_export_bpf", found.exportBpf);
  if (!complete) return loaderFailure("dlsym", path, ELIBBAD);
  return found;
}

}  // namespace virtainer
