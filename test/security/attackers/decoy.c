/* Takes a process id that has become free, and says which signals come: `decoy PID`. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(int number) {
  char text[32];
  int length = snprintf(text, sizeof text, "signal %d\n", number);
  if (write(STDOUT_FILENO, text, (size_t)length) < 0) _exit(1);
}

static void wait_for_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, report);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  pid_t wanted = atoi(argv[1]);
  struct clone_args arguments = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1};
  long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0) {
    perror("clone3");
    return 1;
  }
  if (pid == 0) wait_for_signals();
  int status;
  waitpid((pid_t)pid, &status, 0);
  printf("ended %d\n", status);
  return 0;
}
