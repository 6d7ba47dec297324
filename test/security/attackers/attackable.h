/*
 * For attacks on everything in sight: they end at once where no test has put its mark into the root. Run on
 * the host by mistake they would damage what other processes have open.
 */
#ifndef ATTACKABLE_H
#define ATTACKABLE_H

#include <stdlib.h>
#include <unistd.h>

#define ATTACKABLE_MARK "/attackable-root"

static void only_in_a_container(void) {
  if (access(ATTACKABLE_MARK, F_OK) != 0) _exit(99);
}

#endif
