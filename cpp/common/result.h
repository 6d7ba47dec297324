// The error convention: a function that can fail returns a Result, and an Error says which system call on
// which path failed and, inside a plan, in which step.
#pragma once

#include <cerrno>
#include <string>
#include <utility>
#include <variant>

namespace virtainer {

struct Error {
  int code = 0;
  std::string syscall = {};
  std::string path = {};
  int step = -1;

  // Names the plan's step, unless a callee has named it already.
  Error at(int index) && {
    if (step < 0) step = index;
    return std::move(*this);
  }
};

// The error of the system call that has just failed.
inline Error last_error(const char* syscall, std::string path = {}) {
  return Error{errno, syscall, std::move(path), -1};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() { return *std::get_if<0>(&content_); }
  T* operator->() { return std::get_if<0>(&content_); }
  Error& error() { return *std::get_if<1>(&content_); }
  const Error& error() const { return *std::get_if<1>(&content_); }

 private:
  std::variant<T, Error> content_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace virtainer

// Returns the error of a Status to the caller.
#define VT_TRY(expression)                                                              \
  do {                                                                                  \
    if (auto vt_status = (expression); !vt_status) return std::move(vt_status.error()); \
  } while (false)
