/* An init that does nothing, in a root that has nothing. */
#include <unistd.h>

int main(void) {
  for (;;) pause();
}
