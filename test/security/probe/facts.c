#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe.h"

enum { MAX_FACTS = 512 };

static char* facts[MAX_FACTS];
static size_t fact_count;

bool load_facts(const char* path) {
  FILE* file = fopen(path, "re");
  if (!file) return false;
  char line[512];
  while (fact_count < MAX_FACTS && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    facts[fact_count++] = strdup(line);
  }
  fclose(file);
  return true;
}

static const char* value_of(const char* line, const char* key) {
  size_t length = strlen(key);
  return strncmp(line, key, length) == 0 && line[length] == ' ' ? line + length + 1 : NULL;
}

const char* fact(const char* key) {
  for (size_t i = 0; i < fact_count; i++) {
    const char* value = value_of(facts[i], key);
    if (value) return value;
  }
  return NULL;
}

bool has_fact(const char* key, const char* value) {
  for (size_t i = 0; i < fact_count; i++) {
    const char* found = value_of(facts[i], key);
    if (found && value && strcmp(found, value) == 0) return true;
  }
  return false;
}

void keep_mounts_private(void) {
  if (unshare(CLONE_NEWNS) == 0) mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

long read_text(const char* path, char* text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return -1;
  size_t length = 0;
  for (ssize_t count; length < size - 1 && (count = read(fd, text + length, size - 1 - length)) > 0;)
    length += (size_t)count;
  close(fd);
  text[length] = '\0';
  return (long)length;
}

bool file_mentions(const char* path, const char* text) {
  FILE* file = fopen(path, "re");
  if (!file) return false;
  char* line = NULL;
  size_t size = 0;
  bool found = false;
  while (!found && getline(&line, &size, file) > 0) found = strstr(line, text) != NULL;
  free(line);
  fclose(file);
  return found;
}

const char* scratch_directory(const char* name) {
  static char path[128];
  snprintf(path, sizeof path, "/tmp/probe-%s", name);
  mkdir(path, 0700);
  return path;
}

bool has_capability(const char* line, int number) {
  char status[4096];
  if (read_text("/proc/self/status", status, sizeof status) < 0) return false;
  const char* found = strstr(status, line);
  return found && (strtoull(found + strlen(line), NULL, 16) >> number & 1);
}

bool is_initial_user_namespace(void) {
  char map[256];
  unsigned inside, outside, count;
  if (read_text("/proc/self/uid_map", map, sizeof map) < 0) return true;
  return sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 && outside == 0 &&
         count == 0xffffffff;
}
