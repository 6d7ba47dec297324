#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

static struct outcome make(enum verdict verdict, const char* format, va_list arguments) {
  struct outcome outcome = {.verdict = verdict};
  vsnprintf(outcome.detail, sizeof outcome.detail, format, arguments);
  // One line a row, whatever was read.
  for (char* c = outcome.detail; *c; c++) *c = *c < ' ' || *c > '~' ? ' ' : *c;
  return outcome;
}

#define MAKE(verdict)                                        \
  va_list arguments;                                         \
  va_start(arguments, format);                               \
  struct outcome outcome = make(verdict, format, arguments); \
  va_end(arguments);                                         \
  return outcome

struct outcome blocked(const char* format, ...) {
  MAKE(BLOCKED);
}
struct outcome opened(const char* format, ...) {
  MAKE(OPEN);
}
struct outcome not_applicable(const char* format, ...) {
  MAKE(NOT_APPLICABLE);
}

struct outcome open_if(bool is_open, const char* detail) {
  return is_open ? opened("%s", detail) : blocked("%s", detail);
}

const char* error_name(void) {
  const char* name = strerrorname_np(errno);
  return name ? name : "unknown error";
}

struct outcome judge_call(const char* name, long result) {
  if (result >= 0) return opened("done");
  if (errno == ENOSYS && has_fact("no-call", name)) return not_applicable("not in this kernel");
  // ENOSPC: so many are allowed, and that is none.
  bool refused = errno == EPERM || errno == EACCES || errno == ENOSYS || errno == EROFS || errno == ENOSPC;
  return open_if(!refused, error_name());
}

struct outcome judge_open(const char* path, int fd) {
  if (fd >= 0) {
    close(fd);
    return opened("%s", path);
  }
  bool missing = errno == ENOENT || errno == ENOTDIR;
  if (missing && has_fact("no-file", path)) return not_applicable("not on this host: %s", path);
  return blocked("%s", error_name());
}
