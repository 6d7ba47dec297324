#include "controller/root.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/mounts.h"
#include "controller/nodes.h"
#include "controller/process_mount.h"
#include "controller/root_path.h"
#include "controller/syscalls.h"
#include "controller/view_mount.h"

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

Status mount_filesystem(BuildSite& site, int root, const RootStep& here, const RootStep& step) {
  Result<unique_fd> mount =
      step.type == "proc" ? make_process_mount(step, site.container, site.log) : make_mount(step, site.log);
  if (!mount) return mount.error();
  VT_TRY(attach_inside(root, here, mount->get()));
  // What the definition mounts may lie over what every container has.
  if (step.flags.no_kernel) {
    site.pinned.forget(step.target);
  } else {
    site.pinned.pin_file_system(step.target, mount->get(), step.step);
  }
  return Done{};
}

Status bind_own(BuildSite& site, int root, const RootStep& here, const RootStep& step) {
  site.pinned.forget(step.target);
  if (step.flags.no_kernel) return bind_inside(site.root.get(), root, here);
  PinnedMounts::Place source = site.pinned.find(site.root.get(), step.source);
  RootStep below = here;
  below.source = source.path;
  return bind_inside(source.root, root, below);
}

Status cover(BuildSite& site, const RootStep& step, Result<unique_fd> mount) {
  if (!mount) return mount.error();
  site.pinned.pin_cover(step.target, mount->get(), step.step);
  return Done{};
}

Status open_consoles(BuildSite& site, int root, const RootStep& step) {
  Result<unique_fd> devpts = open_inside(Inside{root, false}, step.target);
  if (!devpts) return devpts.error();
  for (unsigned i = 0; i < step.number; i++) {
    Result<Terminal> console = open_terminal(devpts->get(), step.target);
    if (!console) return console.error();
    site.consoles.push_back(std::move(*console));
  }
  return Done{};
}

Status bind_console(const BuildSite& site, int root, const RootStep& step) {
  int terminal = site.consoles[step.number].slave.get();
  Result<unique_fd> mount = clone_mount(terminal, MountFlags{}, -1, step.target);
  if (!mount) return mount.error();
  Result<unique_fd> target = make_file(Inside{root, false}, step.target);
  if (!target) return target.error();
  return attach_mount(mount->get(), target->get(), step.target);
}

Result<unique_fd> mask_target(BuildSite& site, int root, const RootStep& here) {
  if (!site.masks) {
    Result<Masks> masks = make_masks(site.plan.state_directory.value);
    if (!masks) return masks.error();
    site.masks = std::move(*masks);
  }
  return mask(root, here, *site.masks);
}

Result<unique_fd> show_file(BuildSite& site, int root, const RootStep& here) {
  if (!site.is_view_attached) VT_TRY(attach_view(site.view, site.plan.state_directory.value));
  site.is_view_attached = true;
  return show_view_file(site.view, root, here);
}

// `here` is the step with its target below `root`.
Status perform_below(BuildSite& site, int root, const RootStep& here, const RootStep& step) {
  switch (step.kind) {
    case StepKind::bind:
      site.pinned.forget(step.target);
      return bind_host(root, here, site.user_namespace);
    case StepKind::bindInside:
      return bind_own(site, root, here, step);
    case StepKind::mount:
      return mount_filesystem(site, root, here, step);
    case StepKind::remountReadonly:
      return remount_readonly(root, here);
    case StepKind::readonly:
      return cover(site, step, make_target_readonly(root, here));
    case StepKind::mask:
      return cover(site, step, mask_target(site, root, here));
    case StepKind::viewFile:
      return cover(site, step, show_file(site, root, here));
    case StepKind::directory:
      return create_directory(root, here);
    case StepKind::device:
      return create_device(root, here);
    case StepKind::symlink:
      return create_symlink(root, here);
    case StepKind::openConsoles:
      return open_consoles(site, root, here);
    case StepKind::bindConsole:
      return bind_console(site, root, here);
    default:
      return Error{EPROTO, "plan"};
  }
}

Status perform(BuildSite& site, const RootStep& step) {
  PinnedMounts::Place place = site.pinned.find(site.root.get(), step.target);
  RootStep here = step;
  here.target = place.path;
  Status done = perform_below(site, place.root, here, step);
  if (!done && done.error().path == here.target) done.error().path = step.target;
  return done;
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
  VT_TRY(site.pinned.verify(site.root.get()));
  if (Status done = pivot(site.root.get(), first.source); !done)
    return std::move(done.error()).at(first.step);
  return Done{};
}

}  // namespace virtainer
