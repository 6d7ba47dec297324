/*
 * Writes noise, and messages of the controller's protocol, to descriptors; exits with 7. `spray`: to its own
 * and to those of every process it sees. `spray FD`: to that one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attackable.h"

/* "exited" with "exited" and "0"; length of the rest, number 11, tokens. */
static const char forged[] = "\x0d\0\0\0\x0b\0\x06\0\0\0exited\x01\0\0\0000";

static void spray(int fd) {
  char noise[512];
  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)rand();
  send(fd, forged, sizeof forged - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (write(fd, forged, sizeof forged - 1) < 0) return;
  if (write(fd, noise, sizeof noise) < 0) return;
}

static void spray_everything(void) {
  char path[512];
  for (int fd = 3; fd < 4096; fd++) spray(fd);
  DIR* processes = opendir("/proc");
  for (struct dirent* entry; processes && (entry = readdir(processes));) {
    if (atoi(entry->d_name) == 0 || atoi(entry->d_name) == getpid()) continue;
    for (int fd = 0; fd < 64; fd++) {
      snprintf(path, sizeof path, "/proc/%.16s/fd/%d", entry->d_name, fd);
      int other = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
      if (other >= 0) spray(other);
    }
  }
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  if (argc > 1) {
    spray(atoi(argv[1]));
    return 7;
  }
  only_in_a_container();
  spray_everything();
  return 7;
}
