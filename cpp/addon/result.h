#pragma once

#include <cerrno>
#include <string>
#include <utility>
#include <variant>

namespace virtainer {

/** A failed system call. `reason` replaces the text of errno where that would mislead. */
struct Failure {
  int error = 0;
  std::string syscall;
  std::string path;
  std::string reason;
};

inline Failure failure(const char* syscall, std::string path = {}) {
  return Failure{errno, syscall, std::move(path), {}};
}

/** Nothing, for a Result without a value. */
struct Unit {};

/** A value, or the system call that failed. */
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}
  Result(Failure failed) : content_(std::move(failed)) {}

  bool ok() const { return std::holds_alternative<T>(content_); }
  T& value() { return *std::get_if<T>(&content_); }
  const T& value() const { return *std::get_if<T>(&content_); }
  const Failure& error() const { return *std::get_if<Failure>(&content_); }

 private:
  std::variant<T, Failure> content_;
};

}  // namespace virtainer
