/* Exchanges two names of a directory as fast as the kernel can, until SIGTERM; then says how often. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t is_over;

static void stop(int signal) {
  (void)signal;
  is_over = 1;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  unsigned long flips = 0;
  signal(SIGTERM, stop);
  puts("flipping");
  fflush(stdout);
  while (!is_over) {
    if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) == 0) flips++;
  }
  printf("%lu\n", flips);
  return 0;
}
