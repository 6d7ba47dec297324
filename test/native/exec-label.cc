// Calls set_exec_label as the controller does. Arguments: a directory, module, label, and `any` to take the
// directory's own file system for procfs. With the module `remove`, removes a profile there instead. Prints
// `done`, or errno, system call and path.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "common/unique_fd.h"
#include "controller/apparmor_profile.h"
#include "controller/exec_label.h"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  virtainer::unique_fd proc(open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct statfs file_system = {};
  if (!proc || fstatfs(proc.get(), &file_system) != 0) return 2;
  bool any = argc > 4 && strcmp(argv[4], "any") == 0;
  long magic = any ? static_cast<long>(file_system.f_type) : PROC_SUPER_MAGIC;
  bool remove = strcmp(argv[2], "remove") == 0;
  virtainer::Status status =
      remove ? virtainer::remove_apparmor_profile(argv[3], argv[1], any ? magic : SECURITYFS_MAGIC)
             : virtainer::set_exec_label(proc.get(), argv[2], argv[3], magic);
  if (status) return puts("done") < 0;
  printf("%s %s %s\n", strerrorname_np(status.error().code), status.error().syscall.c_str(),
         status.error().path.c_str());
  return 0;
}
