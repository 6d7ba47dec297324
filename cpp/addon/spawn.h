#pragma once

#include <string>
#include <vector>

#include "addon/result.h"
#include "addon/unique_fd.h"

namespace virtainer {

struct SpawnRequest {
  UniqueFd executable;
  std::vector<std::string> argv;
  std::vector<int> fds;
};

/** Starts a program that leaves at once for the background, and reaps the process it was started in. Blocks.
 */
Result<Unit> spawnAndReap(SpawnRequest& request);

}  // namespace virtainer
