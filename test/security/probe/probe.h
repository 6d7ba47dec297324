// A probe asks whether one gate to the host is open, and changes nothing if it is: files are opened for
// writing and never written, calls get arguments that the kernel refuses only after it has checked the right
// to make them.
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

enum verdict { BLOCKED, OPEN, NOT_APPLICABLE };

struct outcome {
  enum verdict verdict;
  char detail[120];
};

// One row. What the numbers mean is up to the function.
struct probe {
  const char* id;
  struct outcome (*run)(const struct probe*);
  // The path, or the name of the system call, without which the kernel has no such gate.
  const char* subject;
  long numbers[7];
};

struct table {
  const struct probe* rows;
  size_t count;
};

#define TABLE(rows) \
  { rows, sizeof(rows) / sizeof((rows)[0]) }

extern const struct table kWrites, kReads, kCalls, kSpecialCalls, kMountCalls, kSockets, kCapabilities,
    kIdentity, kDevices, kControlGroups, kLeaks, kEscapes;

// --- outcome.c

struct outcome blocked(const char* format, ...) __attribute__((format(printf, 1, 2)));
struct outcome opened(const char* format, ...) __attribute__((format(printf, 1, 2)));
struct outcome not_applicable(const char* format, ...) __attribute__((format(printf, 1, 2)));
// Open when `is_open`, with the detail either way.
struct outcome open_if(bool is_open, const char* detail);
// Of a system call: open unless it failed for want of a right. `name` decides about ENOSYS.
struct outcome judge_call(const char* name, long result);
// Of an open(): open when it worked. `path` decides about ENOENT.
struct outcome judge_open(const char* path, int fd);
const char* error_name(void);

// --- facts.c: what the test says about the host, in lines "key value"

bool load_facts(const char* path);
// The first value of a key, or NULL.
const char* fact(const char* key);
bool has_fact(const char* key, const char* value);

// --- used by more than one table

// A mount namespace of its own, as far as that is allowed, so that the next probe sees what this one saw.
void keep_mounts_private(void);
// The whole file or what fits; -1 with errno.
long read_text(const char* path, char* text, size_t size);
// Whether a line of the file holds the text.
bool file_mentions(const char* path, const char* text);
// "/tmp/probe-NAME", an empty directory, made if it isn't there.
const char* scratch_directory(const char* name);
// A bit of a "Cap...:" line of /proc/self/status.
bool has_capability(const char* line, int number);
// Capabilities count on the host only in the initial user namespace.
bool is_initial_user_namespace(void);

#endif
