/* The number of the process that was born last, as its PID namespace counts. */
#ifndef NEWEST_H
#define NEWEST_H

#include <stdio.h>

static int last_pid(void) {
  int pid = 0;
  FILE* file = fopen("/proc/loadavg", "re");
  if (!file) return 0;
  if (fscanf(file, "%*s %*s %*s %*s %d", &pid) != 1) pid = 0;
  fclose(file);
  return pid;
}

#endif
