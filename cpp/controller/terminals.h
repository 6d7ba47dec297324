// Terminals of a devpts instance, opened so that nothing but a terminal can be taken for one.
#pragma once

#include <sys/types.h>

#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

struct Terminal {
  unique_fd master;
  unique_fd slave;
};

// `devpts` is the directory (O_PATH) of a devpts instance that the container may have altered.
Result<Terminal> open_terminal(int devpts, const std::string& path);

// The same terminal, opened in the caller's own mount namespace, where programs can find its name. `devpts`
// is the directory there.
Result<unique_fd> open_by_name(int slave, const std::string& devpts);

Status set_window_size(int terminal, unsigned short rows, unsigned short columns);

// The descriptor becomes 0, 1 and 2.
Status use_as_stdio(int fd);

// The caller, a session leader, gets the terminal as its controlling one and as its stdio.
Status take_terminal(int slave, uid_t owner);

}  // namespace virtainer
