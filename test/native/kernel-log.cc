// Puts the OOM kills together that records of the kernel's log tell of, as the controller does. Standard input
// has one record a line. Prints one line a kill: number, name, `limit` or `host`, its group and whose limit.
#include <stdio.h>

#include <iostream>
#include <string>

#include "controller/kernel_log.h"

int main() {
  virtainer::OomKills kills;
  for (std::string line; std::getline(std::cin, line);) kills.add(line);
  for (const virtainer::OomKill& kill : kills.take()) {
    printf("%d [%s] %s [%s] [%s]\n", kill.pid, kill.name.c_str(), kill.at_limit ? "limit" : "host",
           kill.group.c_str(), kill.limited.c_str());
  }
  return 0;
}
