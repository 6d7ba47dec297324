/* Inits and commands that make their end hard: `stubborn HOW`. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "attackable.h"

#define ORPHANS 50
#define CHAINS 4

static void ignore_all(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
}

static void sleep_on(void) {
  for (;;) pause();
}

/* Each is the child of a process that has ended, in a session of its own. */
static void orphans(void) {
  ignore_all();
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < ORPHANS; i++) {
    if (fork() != 0) continue;
    setsid();
    if (fork() == 0) sleep_on();
    _exit(0);
  }
}

/* A few chains of processes, each of which lives for one fork: whoever kills by id comes too late. */
static void churn(void) {
  ignore_all();
  signal(SIGCHLD, SIG_IGN);
  for (int chain = 0; chain < CHAINS; chain++) {
    if (fork() != 0) continue;
    for (;;) {
      pid_t child = fork();
      if (child > 0) _exit(0);
      if (child == 0) setsid();
    }
  }
}

int main(int argc, char** argv) {
  const char* how = argc > 1 ? argv[1] : "";
  puts("ready");
  fflush(stdout);
  if (strcmp(how, "ignore") == 0) ignore_all();
  if (strcmp(how, "stop") == 0) kill(getpid(), SIGSTOP), raise(SIGSTOP);
  if (strcmp(how, "exit") == 0) return 3;
  if (strcmp(how, "crash") == 0) __builtin_trap();
  if (strcmp(how, "slay") == 0) only_in_a_container();
  if (strcmp(how, "slay") == 0) return kill(-1, SIGKILL) == 0 ? 0 : 1;
  if (strcmp(how, "orphans") == 0) orphans();
  if (strcmp(how, "churn") == 0) churn();
  if (strcmp(how, "deathless") == 0) {
    prctl(PR_SET_PDEATHSIG, 0);
    ignore_all();
    if (setuid(1000) != 0) return 1;
  }
  sleep_on();
}
