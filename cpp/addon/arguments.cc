#include "addon/arguments.h"

#include <fcntl.h>

#include <climits>
#include <cmath>

namespace virtainer {
namespace {

// More than any caller needs, and small enough to be copied on the main thread.
constexpr uint32_t kMaxItems = 4096;
constexpr size_t kMaxWords = 65536;

}  // namespace

int64_t Arguments::integer(int index, const char* name, int64_t min, int64_t max) {
  return checkInteger(info_[index], name, min, max);
}

int Arguments::fd(int index, const char* name) { return static_cast<int>(integer(index, name, 0, INT_MAX)); }

int Arguments::dirFd(int index, const char* name) {
  bool current = info_[index]->IsInt32() && info_[index].As<v8::Int32>()->Value() == AT_FDCWD;
  return current ? AT_FDCWD : fd(index, name);
}

double Arguments::timeout(int index, const char* name) {
  if (!ok_) return 0;
  if (!info_[index]->IsNumber()) {
    typeError(name, "a number of milliseconds");
    return 0;
  }
  double value = info_[index].As<v8::Number>()->Value();
  if (!(value >= 0)) rangeError(name, "zero, positive or Infinity");
  return value;
}

std::string Arguments::string(int index, const char* name) { return checkString(info_[index], name); }

std::vector<std::string> Arguments::strings(int index, const char* name) {
  std::vector<std::string> result;
  for (v8::Local<v8::Value> item : items(index, name)) result.push_back(checkString(item, name));
  return result;
}

std::vector<int> Arguments::fds(int index, const char* name) {
  std::vector<int> result;
  for (v8::Local<v8::Value> item : items(index, name)) {
    result.push_back(static_cast<int>(checkInteger(item, name, 0, INT_MAX)));
  }
  return result;
}

std::string Arguments::bytes(int index, const char* name) {
  if (!ok_) return {};
  if (!info_[index]->IsUint8Array()) {
    typeError(name, "a Uint8Array");
    return {};
  }
  Nan::TypedArrayContents<char> contents(info_[index]);
  return contents.length() == 0 ? std::string() : std::string(*contents, contents.length());
}

std::vector<uint64_t> Arguments::words(int index, const char* name) {
  if (!ok_) return {};
  if (!info_[index]->IsBigUint64Array()) {
    typeError(name, "a BigUint64Array");
    return {};
  }
  v8::Local<v8::BigUint64Array> array = info_[index].As<v8::BigUint64Array>();
  if (array->Length() > kMaxWords) {
    rangeError(name, "at most " + std::to_string(kMaxWords) + " words");
    return {};
  }
  std::vector<uint64_t> result(array->Length());
  array->CopyContents(result.data(), result.size() * sizeof(uint64_t));
  return result;
}

bool Arguments::option(int index, const char* name, const char* property) {
  if (!ok_) return false;
  v8::Local<v8::Value> value;
  if (!info_[index]->IsObject()) {
    typeError(name, "an object");
    return false;
  }
  v8::Local<v8::String> key = Nan::New(property).ToLocalChecked();
  if (!Nan::Get(info_[index].As<v8::Object>(), key).ToLocal(&value)) {
    ok_ = false;  // a getter threw
    return false;
  }
  if (!value->IsBoolean()) typeError(property, "a boolean");
  return value->IsTrue();
}

int64_t Arguments::checkInteger(v8::Local<v8::Value> value, const char* name, int64_t min, int64_t max) {
  if (!ok_) return 0;
  if (!value->IsNumber()) {
    typeError(name, "a number");
    return 0;
  }
  double number = value.As<v8::Number>()->Value();
  // Written so that NaN fails too; all bounds are exact in a double.
  bool inRange = number >= static_cast<double>(min) && number <= static_cast<double>(max);
  if (!inRange || std::trunc(number) != number) {
    rangeError(name, "an integer from " + std::to_string(min) + " to " + std::to_string(max));
    return 0;
  }
  return static_cast<int64_t>(number);
}

std::string Arguments::checkString(v8::Local<v8::Value> value, const char* name) {
  if (!ok_) return {};
  if (!value->IsString()) {
    typeError(name, "a string");
    return {};
  }
  Nan::Utf8String utf8(value);
  std::string result(*utf8, static_cast<size_t>(utf8.length()));
  if (result.find('\0') != std::string::npos) typeError(name, "a string without NUL characters");
  return result;
}

std::vector<v8::Local<v8::Value>> Arguments::items(int index, const char* name) {
  std::vector<v8::Local<v8::Value>> result;
  if (!ok_) return result;
  if (!info_[index]->IsArray()) {
    typeError(name, "an array");
    return result;
  }
  v8::Local<v8::Array> array = info_[index].As<v8::Array>();
  uint32_t length = array->Length();
  if (length > kMaxItems) rangeError(name, "at most " + std::to_string(kMaxItems) + " items");
  for (uint32_t i = 0; ok_ && i < length; i++) {
    v8::Local<v8::Value> item;
    ok_ = Nan::Get(array, i).ToLocal(&item);  // false: a getter threw
    if (ok_) result.push_back(item);
  }
  return result;
}

void Arguments::typeError(const char* name, const char* expected) {
  ok_ = false;
  Nan::ThrowTypeError((std::string(name) + " must be " + expected).c_str());
}

void Arguments::rangeError(const char* name, const std::string& expected) {
  ok_ = false;
  Nan::ThrowRangeError((std::string(name) + " must be " + expected).c_str());
}

}  // namespace virtainer
