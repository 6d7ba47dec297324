#pragma once

namespace virtainer {

/**
 * The open files on which a thread of this process waits for a lock. A lock belongs to the open file, not to
 * the waiter: a second waiter would be told that it has what the first one, after its timeout, gives back.
 */
namespace waited_files {

void add(int fd);
void remove(int fd);
/** Whether `fd` is the same open file as one that is waited for. */
bool contains(int fd);

}  // namespace waited_files
}  // namespace virtainer
