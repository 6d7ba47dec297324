#include "addon/arguments.h"
#include "addon/call_async.h"
#include "addon/functions.h"
#include "addon/js_error.h"
#include "addon/seccomp_compile.h"
#include "addon/seccomp_library.h"

namespace virtainer {

NAN_METHOD(seccompVersion) {
  Arguments arguments(info);
  std::string path = arguments.string(0, "library");
  if (!arguments.ok()) return;
  Result<SeccompLibrary> library = loadSeccompLibrary(path);
  if (!library.ok()) return throwFailure(library.error());
  const SeccompVersion* version = library.value().version();
  std::string text = std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                     std::to_string(version->micro);
  info.GetReturnValue().Set(Nan::New(text).ToLocalChecked());
}

NAN_METHOD(compileSeccomp) {
  Arguments arguments(info);
  std::string path = arguments.string(0, "library");
  SeccompRules rules;
  rules.defaultAction = static_cast<uint32_t>(arguments.integer(1, "defaultAction", 0, UINT32_MAX));
  rules.badArchAction = static_cast<uint32_t>(arguments.integer(2, "badArchAction", 0, UINT32_MAX));
  std::vector<uint64_t> words = arguments.words(3, "rules");
  if (!arguments.ok()) return;
  if (!decodeSeccompRules(words, rules.rules)) return Nan::ThrowRangeError("rules must be well-formed");
  callAsync(
      info,
      [path, rules]() -> Result<std::string> {
        Result<SeccompLibrary> library = loadSeccompLibrary(path);
        if (!library.ok()) return library.error();
        return compileSeccompRules(library.value(), rules);
      },
      [](const std::string& program) -> v8::Local<v8::Value> {
        return Nan::CopyBuffer(program.data(), static_cast<uint32_t>(program.size())).ToLocalChecked();
      });
}

}  // namespace virtainer
