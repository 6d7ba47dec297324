// Forking: into namespaces, into a cgroup, with a pidfd.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <span>

#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

struct Child {
  pid_t pid = 0;  // 0: this is the child
  unique_fd pidfd;
};

// `flags` are CLONE_NEW*; `cgroup` is a directory of the cgroup2 file system or -1.
Result<Child> clone_child(uint64_t flags, int cgroup);

// Shared memory of its own page in which the kernel can note a number for the caller's parent.
Result<pid_t*> make_birth_note();
void forget_birth_note(pid_t* number);

// A child of the caller's parent, in new namespaces and a cgroup (as above). `number` is a birth note.
Result<Child> clone_container(uint64_t flags, int cgroup, pid_t* number);

// A child of the caller's parent, with the caller's exit signal. The kernel notes its number before it runs,
// so that the parent knows it even when the caller is killed. `number` is a birth note, which the child does
// not get. Returns 0 in the child.
Result<pid_t> clone_sibling(pid_t* number);

// Closes every descriptor from 3 on that is not kept.
void close_all_but(std::span<const int> kept);

// SIGKILL for the caller when its parent dies. False when the parent has died already: `parent` is a socket
// whose other end only the parent holds (in a new PID namespace getppid() is 0 in either case).
bool die_with_parent(int parent);

// Leaves the caller's session and process tree: the first process exits, its child returns from here, in the
// cgroup2 directory when one is given. `kept` descriptors above 2 survive.
Status daemonise(std::span<const int> kept, int cgroup);

}  // namespace virtainer
