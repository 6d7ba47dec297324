/* Threads, a shared mapping, a timer and a robust lock, straight from libc. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;

static void *add(void *number) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&lock);
    sum += (long)number;
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  for (long i = 0; i < 8; i++) {
    if (pthread_create(&threads[i], NULL, add, (void *)i) != 0) return 1;
  }
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  printf("sum %ld\n", sum);

  sem_t *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  sem_init(done, 1, 0);
  pid_t child = fork();
  if (child == 0) {
    sem_post(done);
    raise(SIGABRT);
  }
  sem_wait(done);
  int status;
  waitpid(child, &status, 0);
  printf("child ended by signal %d\n", WTERMSIG(status));

  sem_t *named = sem_open("/named", O_CREAT | O_EXCL, 0600, 1);
  printf("named semaphore %s\n", named == SEM_FAILED ? "missing" : "made");
  sem_unlink("/named");

  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec soon = {.it_value = {.tv_nsec = 1000000}};
  timerfd_settime(timer, 0, &soon, NULL);
  unsigned long ticks = 0;
  if (read(timer, &ticks, sizeof ticks) != sizeof ticks) return 2;
  printf("ticks %lu\n", ticks);
  return 0;
}
