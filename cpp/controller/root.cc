#include "controller/root.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/mounts.h"
#include "controller/nodes.h"
#include "controller/process_mount.h"
#include "controller/root_path.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

// Bound onto its own source, which is only visible in this mount namespace: pivot_root needs a mount point.
// What was mounted below a read-only source is read-only at once; the root itself after the last step, since
// mount targets are still made in it.
Result<unique_fd> mount_root(const BuildSite& site, const RootStep& step) {
  Result<unique_fd> source = open_host(step.source);
  if (!source) return source.error();
  Result<bool> directory = is_directory(source->get(), step.source);
  if (!directory) return directory.error();
  if (!*directory) return Error{ENOTDIR, "openat2", step.source};
  MountFlags flags = step.flags;
  flags.recursive = true;
  Result<unique_fd> mount = clone_mount(source->get(), flags, site.user_namespace, step.source);
  if (!mount) return mount.error();
  mount_attr writable = {};
  writable.attr_clr = flags.attributes & MOUNT_ATTR_RDONLY;
  if (mount_setattr(mount->get(), "", AT_EMPTY_PATH, &writable, sizeof writable) != 0) {
    return last_error("mount_setattr", step.source);
  }
  VT_TRY(attach_mount(mount->get(), source->get(), step.source));
  return mount;
}

Status mount_filesystem(const BuildSite& site, const RootStep& step) {
  Result<unique_fd> mount =
      step.type == "proc" ? make_process_mount(step, site.container, site.log) : make_mount(step, site.log);
  if (!mount) return mount.error();
  return attach_inside(site.root.get(), step, mount->get());
}

Status open_consoles(BuildSite& site, const RootStep& step) {
  Result<unique_fd> devpts = open_inside(Inside{site.root.get(), false}, step.target);
  if (!devpts) return devpts.error();
  for (unsigned i = 0; i < step.number; i++) {
    Result<Terminal> console = open_terminal(devpts->get(), step.target);
    if (!console) return console.error();
    site.consoles.push_back(std::move(*console));
  }
  return Done{};
}

Status bind_console(const BuildSite& site, const RootStep& step) {
  int terminal = site.consoles[step.number].slave.get();
  Result<unique_fd> mount = clone_mount(terminal, MountFlags{}, -1, step.target);
  if (!mount) return mount.error();
  Result<unique_fd> target = make_file(Inside{site.root.get(), false}, step.target);
  if (!target) return target.error();
  return attach_mount(mount->get(), target->get(), step.target);
}

Status mask_target(BuildSite& site, const RootStep& step) {
  if (!site.masks) {
    Result<Masks> masks = make_masks(site.plan.state_directory.value);
    if (!masks) return masks.error();
    site.masks = std::move(*masks);
  }
  return mask(site.root.get(), step, *site.masks);
}

Status perform(BuildSite& site, const RootStep& step) {
  const int root = site.root.get();
  switch (step.kind) {
    case StepKind::bind:
      return bind_host(root, step, site.user_namespace);
    case StepKind::bindInside:
      return bind_inside(root, step);
    case StepKind::mount:
      return mount_filesystem(site, step);
    case StepKind::remountReadonly:
      return remount_readonly(root, step);
    case StepKind::readonly:
      return make_target_readonly(root, step);
    case StepKind::mask:
      return mask_target(site, step);
    case StepKind::directory:
      return create_directory(root, step);
    case StepKind::device:
      return create_device(root, step);
    case StepKind::symlink:
      return create_symlink(root, step);
    case StepKind::openConsoles:
      return open_consoles(site, step);
    case StepKind::bindConsole:
      return bind_console(site, step);
    default:
      return Error{EPROTO, "plan"};
  }
}

// With "." for both, the old root ends up on top of the new one and is detached from there.
Status pivot(int root, const std::string& path) {
  if (fchdir(root) != 0) return last_error("fchdir", path);
  if (sys_pivot_root(".", ".") != 0) return last_error("pivot_root", path);
  if (umount2(".", MNT_DETACH) != 0) return last_error("umount2", path);
  if (chdir("/") != 0) return last_error("chdir", "/");
  return Done{};
}

}  // namespace

Status build_root(BuildSite& site) {
  umask(0);
  const RootStep& first = site.plan.root_steps.front();
  Result<unique_fd> root = mount_root(site, first);
  if (!root) return std::move(root.error()).at(first.step);
  site.root = std::move(*root);
  for (size_t i = 1; i < site.plan.root_steps.size(); i++) {
    const RootStep& step = site.plan.root_steps[i];
    if (Status done = perform(site, step); !done) return std::move(done.error()).at(step.step);
  }
  if (first.flags.attributes & MOUNT_ATTR_RDONLY) {
    if (Status done = make_readonly(site.root.get(), first.source); !done)
      return std::move(done.error()).at(first.step);
  }
  if (Status done = pivot(site.root.get(), first.source); !done)
    return std::move(done.error()).at(first.step);
  return Done{};
}

}  // namespace virtainer
