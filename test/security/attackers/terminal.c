/* from a container's terminal to whoever looks at it. */
#define _GNU_SOURCE
#include <linux/tiocl.h>
#include <linux/vt.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <utmp.h>

#include "report.h"

#define HIGH (1UL << 40)

static void push(int fd, unsigned long request, const char* id) {
  static const char text[] = "echo injected\n";
  int pushed = 0, error = 0;
  for (const char* byte = text; *byte; byte++) {
    if (syscall(SYS_ioctl, fd, request, byte) == 0)
      pushed++;
    else
      error = errno;
  }
  report(pushed > 0, error, "A-095/%s", id);
}

/* Into every terminal that can be had: our own, those of others, of init. */
static void inject(void) {
  static const char* const paths[] = {"/dev/tty",        "/dev/console",    "/dev/tty1",      "/dev/pts/0",
                                      "/dev/pts/1",      "/dev/pts/2",      "/proc/1/fd/0",   "/proc/1/fd/1",
                                      "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"};
  char paste[16] = {TIOCL_PASTESEL};
  for (size_t index = 0; index < sizeof paths / sizeof *paths; index++) {
    int fd = open(paths[index], O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      report(0, errno, "A-095/open%s", paths[index]);
      continue;
    }
    char id[64];
    snprintf(id, sizeof id, "tiocsti%s", paths[index]);
    push(fd, TIOCSTI, id);
    snprintf(id, sizeof id, "tiocsti-high%s", paths[index]);
    push(fd, TIOCSTI | HIGH, id);
    TRY(ioctl(fd, TIOCLINUX, paste), "A-095/tioclinux%s", paths[index]);
    TRY(ioctl(fd, TIOCCONS, 0), "A-095/console-redirected%s", paths[index]);
    TRY(ioctl(fd, VT_ACTIVATE, 2), "A-095/vt-activate%s", paths[index]);
    close(fd);
  }
}

/* Its own session and terminal: TIOCSTI into that is what sandboxes have been left by. */
static void inject_as_leader(void) {
  int is_leader = setsid() >= 0;
  int fd = open("/dev/console", O_RDWR);
  if (is_leader && fd >= 0) ioctl(fd, TIOCSCTTY, 1);
  if (fd < 0) {
    report(0, errno, "A-095/leader");
    return;
  }
  push(fd, TIOCSTI, "leader-tiocsti");
}

/* another container's or the host's terminals, by all names they may have here. */
static void sniff(const char* secret) {
  static const char* const paths[] = {"/dev/tty0", "/dev/tty1",  "/dev/tty2", "/dev/vcs",  "/dev/vcsa",
                                      "/dev/vcsu", "/dev/ttyS0", "/dev/kmsg", "/proc/kmsg"};
  char path[64], text[4096];
  (void)secret;
  for (size_t index = 0; index < sizeof paths / sizeof *paths; index++) {
    struct stat status;
    /* The container's own consoles are pseudo terminals, and may have these names. */
    if (stat(paths[index], &status) == 0 && major(status.st_rdev) == 136) continue;
    int fd = open(paths[index], O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    /* Empty: something harmless has been put in its place. */
    report(fd >= 0 && read(fd, text, sizeof text) != 0, errno, "A-096/sniff%s", paths[index]);
    if (fd >= 0) close(fd);
  }
  for (int number = 0; number < 64; number++) {
    snprintf(path, sizeof path, "/dev/pts/%d", number);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
      report(0, errno, "A-096/sniff%s", path);
      continue;
    }
    ssize_t got = read(fd, text, sizeof text);
    report(got > 0 && secret[0] && memmem(text, (size_t)got, secret, strlen(secret)) != NULL, errno,
           "A-096/sniff%s", path);
    close(fd);
  }
}

/* As fast as it goes, and for so long: what nobody reads. */
static void flood(double seconds, const char* kind) {
  static char block[65536];
  struct timespec start, now;
  memset(block, 'x', sizeof block);
  if (strcmp(kind, "lines") == 0)
    for (size_t index = 63; index < sizeof block; index += 64) block[index] = '\n';
  if (strcmp(kind, "garbage") == 0)
    for (size_t index = 0; index < sizeof block; index++) block[index] = (char)(128 + rand() % 128);
  clock_gettime(CLOCK_MONOTONIC, &start);
  unsigned long long written = 0;
  do {
    ssize_t count = write(STDOUT_FILENO, block, sizeof block);
    if (count > 0) written += (unsigned long long)count;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
  dprintf(STDERR_FILENO, "\nFLOODED %llu\n", written);
}

/* On the host: the command with a terminal of its own, and how many bytes were put into its input meanwhile.
 */
static int with_terminal(char** command) {
  int master, slave, status = 0, waiting = 0;
  char output[4096];
  if (openpty(&master, &slave, NULL, NULL, NULL) != 0) return 1;
  pid_t pid = fork();
  if (pid == 0) {
    close(master);
    login_tty(slave);
    execvp(command[0], command);
    _exit(127);
  }
  fcntl(master, F_SETFL, O_NONBLOCK);
  while (waitpid(pid, &status, WNOHANG) == 0) {
    ssize_t got = read(master, output, sizeof output);
    if (got > 0 && write(STDOUT_FILENO, output, (size_t)got) < 0) return 1;
    if (got <= 0) usleep(5000);
  }
  for (ssize_t got; (got = read(master, output, sizeof output)) > 0;)
    if (write(STDOUT_FILENO, output, (size_t)got) < 0) return 1;
  struct termios mode;
  tcgetattr(slave, &mode);
  cfmakeraw(&mode);
  tcsetattr(slave, TCSANOW, &mode);
  ioctl(slave, FIONREAD, &waiting);
  printf("\nEXIT %d INJECTED %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1, waiting);
  return 0;
}

/* Also as init: it stays. */
int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "with-terminal") == 0) return with_terminal(argv + 2);
  /* The teeth: into the terminal it was given, which has nothing behind it. */
  if (argc > 1 && strcmp(argv[1], "inject-own") == 0) {
    push(STDIN_FILENO, TIOCSTI, "own");
    return 0;
  }
  refuse_on_host();
  if (argc < 2) return 2;
  if (strcmp(argv[1], "inject") == 0) {
    inject();
    apart("A-095", inject_as_leader);
  }
  if (strcmp(argv[1], "sniff") == 0) sniff(argc > 2 ? argv[2] : "");
  if (strcmp(argv[1], "flood") == 0 && argc > 3) flood(atof(argv[2]), argv[3]);
  puts("END");
  if (getpid() == 1)
    for (;;) pause();
  return 0;
}
