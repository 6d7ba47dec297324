// probe FACTS [OUTPUT]: tries every gate, each in a process of its own, and prints a line "ID
// open|blocked|n/a detail" for it. probe --list prints what the rows are about, for the test to look up on
// the host.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

enum { SECONDS_PER_PROBE = 5 };

static const char* const kWords[] = {"blocked", "open", "n/a"};

static const struct table* const kTables[] = {
    &kWrites,       &kReads,    &kCalls,   &kSpecialCalls,  &kMountCalls, &kSockets,
    &kCapabilities, &kIdentity, &kDevices, &kControlGroups, &kLeaks,      &kEscapes,
};

static void list(const struct probe* probe) {
  printf("%s %s\n", probe->id, probe->subject ? probe->subject : "-");
}

static struct outcome outcome_of_death(int status) {
  if (!WIFSIGNALED(status)) return not_applicable("the probe ended without a verdict");
  // The two ways in which a gate stays shut without an answer.
  if (WTERMSIG(status) == SIGSYS) return blocked("killed by SIGSYS");
  if (WTERMSIG(status) == SIGALRM) return blocked("no answer");
  return not_applicable("the probe died of signal %d", WTERMSIG(status));
}

// The call that answers may also kill, hang, or change what the process may do.
static struct outcome try_apart(const struct probe* probe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return not_applicable("no pipe: %s", error_name());
  pid_t pid = fork();
  if (pid < 0) return not_applicable("no process: %s", error_name());
  if (pid == 0) {
    alarm(SECONDS_PER_PROBE);
    struct outcome outcome = probe->run(probe);
    _exit(write(ends[1], &outcome, sizeof outcome) == sizeof outcome ? 0 : 1);
  }
  close(ends[1]);
  struct outcome outcome;
  bool answered = read(ends[0], &outcome, sizeof outcome) == sizeof outcome;
  close(ends[0]);
  int status;
  waitpid(pid, &status, 0);
  return answered ? outcome : outcome_of_death(status);
}

static void try_and_print(const struct probe* probe) {
  struct outcome outcome = try_apart(probe);
  printf("%s %s %s\n", probe->id, kWords[outcome.verdict], outcome.detail);
  fflush(stdout);
}

static void for_each_probe(void (*visit)(const struct probe*)) {
  for (size_t i = 0; i < sizeof kTables / sizeof kTables[0]; i++) {
    for (size_t row = 0; row < kTables[i]->count; row++) visit(&kTables[i]->rows[row]);
  }
}

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: probe FACTS [OUTPUT]\n"), 2;
  if (strcmp(argv[1], "--list") == 0) return for_each_probe(list), 0;
  if (!load_facts(argv[1])) return perror(argv[1]), 1;
  // Kept apart from descriptors 0 to 2, which are among what is looked at.
  if (argc > 2 && !freopen(argv[2], "we", stdout)) return perror(argv[2]), 1;
  for_each_probe(try_and_print);
  return 0;
}
