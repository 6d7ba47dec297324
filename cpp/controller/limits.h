// Resource limits and the OOM killer's score of a process. Both are set with the host's rights: a process in
// a user namespace can neither raise a limit nor the floor of its score.
#pragma once

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

// Of the caller when `process` is 0.
Status limit_resources(const Confinement& confinement, pid_t process);

// `proc` is the host's.
Status adjust_oom_score(int proc, pid_t process, const NumberSetting& score);

// Where the caller's memory comes from, and that of every program it executes. Needs no rights.
Status follow_memory_policy(const Confinement& confinement);

}  // namespace virtainer
