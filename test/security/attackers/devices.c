/* devices of the host, and files of the host by their handles. Nothing is written to any of
 * them. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "report.h"

static const struct node {
  const char* name;
  mode_t type;
  unsigned major, minor;
} NODES[] = {
    {"sda", S_IFBLK, 8, 0},         {"vda", S_IFBLK, 254, 0},     {"zram0", S_IFBLK, 253, 0},
    {"loop0", S_IFBLK, 7, 0},       {"nvme0", S_IFBLK, 259, 0},   {"mem", S_IFCHR, 1, 1},
    {"kmem", S_IFCHR, 1, 2},        {"port", S_IFCHR, 1, 4},      {"kmsg", S_IFCHR, 1, 11},
    {"tty0", S_IFCHR, 4, 0},        {"ttyS0", S_IFCHR, 4, 64},    {"vcs", S_IFCHR, 7, 0},
    {"fuse", S_IFCHR, 10, 229},     {"tun", S_IFCHR, 10, 200},    {"loop-control", S_IFCHR, 10, 237},
    {"kvm", S_IFCHR, 10, 232},      {"hwrng", S_IFCHR, 10, 183},  {"rtc", S_IFCHR, 252, 0},
    {"autofs", S_IFCHR, 10, 235},   {"uinput", S_IFCHR, 10, 223}, {"vhost-net", S_IFCHR, 10, 238},
    {"snapshot", S_IFCHR, 10, 231}, {"fb0", S_IFCHR, 29, 0},      {"cpu0-msr", S_IFCHR, 202, 0},
};
#define NODE_COUNT (sizeof NODES / sizeof *NODES)

/* A device that is not there on this host cannot be opened for a reason of its own: no proof of anything. */
static int is_missing(int error) { return error == ENXIO || error == ENODEV || error == ENOMEDIUM; }

static void try_open(int directory, const char* path, const char* id) {
  static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
  static const char* const names[] = {"r", "w", "rw"};
  for (int mode = 0; mode < 3; mode++) {
    int fd = openat(directory, path, modes[mode] | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int error = errno;
    /* Past the policy, even when no such device answers. */
    report(fd >= 0 || is_missing(error), error, "%s/%s", id, names[mode]);
    if (fd >= 0 && mode == 0) {
      char block[512];
      TRY(read(fd, block, sizeof block), "%s/read", id);
    }
    if (fd >= 0) close(fd);
  }
}

static void make_in(const char* directory, const char* way) {
  for (size_t index = 0; index < NODE_COUNT; index++) {
    const struct node* node = &NODES[index];
    char path[256], id[128];
    snprintf(path, sizeof path, "%s/.attack-%s", directory, node->name);
    int made = mknod(path, node->type | 0666, makedev(node->major, node->minor));
    report(made == 0, errno, "A-062/mknod/%s/%s", way, node->name);
    if (made != 0) continue;
    snprintf(id, sizeof id, "A-062/open-made/%s/%s", way, node->name);
    try_open(AT_FDCWD, path, id);
    unlink(path);
  }
}

static void make_in_new_tmpfs(void) {
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  if (mount("attack", "/mnt", "tmpfs", 0, NULL) == 0)
    make_in("/mnt", "tmpfs");
  else
    report(0, errno, "A-062/tmpfs");
}
static void make_in_nested(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0)
    make_in_new_tmpfs();
  else
    report(0, errno, "A-062/nested-user");
}
static void make_after_remount(void) {
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  static const char* const mounts[] = {"/dev", "/dev/shm", "/tmp", "/run", "/"};
  for (size_t index = 0; index < sizeof mounts / sizeof *mounts; index++) {
    mount("none", mounts[index], NULL, MS_REMOUNT | MS_BIND, NULL);
    make_in(mounts[index], mounts[index]);
  }
}
static void mount_devtmpfs(void) {
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  if (mount("attack", "/mnt", "devtmpfs", MS_RDONLY, NULL) != 0) {
    report(0, errno, "A-062/devtmpfs");
    return;
  }
  try_open(AT_FDCWD, "/mnt/vda", "A-062/devtmpfs/vda");
  try_open(AT_FDCWD, "/mnt/kmsg", "A-062/devtmpfs/kmsg");
}
static void mount_disk(void) {
  static const char* const types[] = {"ext4", "ext2", "xfs", "squashfs", "iso9660", "vfat"};
  for (size_t index = 0; index < sizeof types / sizeof *types; index++)
    TRY(mount("/srv/nodes/vda", "/mnt", types[index], MS_RDONLY, NULL), "A-062/mount-disk/%s", types[index]);
}

static void make(void) {
  make_in("/dev", "dev");
  make_in("/tmp", "tmp");
  make_in("/run", "run");
  make_in("/dev/shm", "shm");
  make_in("/srv", "shared");
  apart("A-062/tmpfs", make_in_new_tmpfs);
  apart("A-062/nested", make_in_nested);
  apart("A-062/remount", make_after_remount);
  apart("A-062/devtmpfs", mount_devtmpfs);
  apart("A-062/mount-disk", mount_disk);
}

/* The nodes are there, made by somebody who may: only the policy is left. */
static void open_given(const char* directory) {
  int folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (size_t index = 0; index < NODE_COUNT; index++) {
    char id[128], link[64];
    snprintf(id, sizeof id, "A-062/given/%s", NODES[index].name);
    try_open(folder, NODES[index].name, id);
    int path = openat(folder, NODES[index].name, O_PATH | O_CLOEXEC);
    if (path < 0) continue;
    snprintf(link, sizeof link, "/proc/self/fd/%d", path);
    snprintf(id, sizeof id, "A-062/reopened/%s", NODES[index].name);
    try_open(AT_FDCWD, link, id);
    close(path);
  }
}

static int socket_at(const char* path, struct sockaddr_un* address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Of a peer that has made or opened what it could: O_PATH descriptors are always to be had. */
static void send_given(const char* directory, const char* at) {
  struct sockaddr_un address;
  int listener = socket_at(at, &address);
  unlink(at);
  if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 1) != 0) exit(4);
  puts("listening");
  fflush(stdout);
  int peer = accept(listener, NULL, NULL), folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (size_t index = 0; index < NODE_COUNT; index++) {
    char byte = (char)index, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec vector = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int fd = openat(folder, NODES[index].name, O_RDWR | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) fd = openat(folder, NODES[index].name, O_PATH);
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(peer, &message, 0) != 1) break;
    close(fd);
  }
  close(peer);
}

static void receive_given(const char* at) {
  struct sockaddr_un address;
  int peer = socket_at(at, &address);
  if (connect(peer, (struct sockaddr*)&address, sizeof address) != 0) {
    report(0, errno, "A-062/peer");
    return;
  }
  for (;;) {
    char byte, block[512], id[128], link[64], control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec vector = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(peer, &message, MSG_CMSG_CLOEXEC) != 1) return;
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    int fd = -1;
    if (header) memcpy(&fd, CMSG_DATA(header), sizeof fd);
    const char* name = NODES[(size_t)byte % NODE_COUNT].name;
    TRY(read(fd, block, sizeof block), "A-062/received/%s", name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    snprintf(id, sizeof id, "A-062/received-reopened/%s", name);
    try_open(AT_FDCWD, link, id);
    if (fd >= 0) close(fd);
  }
}

struct handle {
  struct file_handle head;
  unsigned char bytes[MAX_HANDLE_SZ];
};

static void try_handle(int mount, struct handle* handle, unsigned long long inode, const char* id) {
  struct stat status;
  int fd = open_by_handle_at(mount, &handle->head, O_RDONLY | O_CLOEXEC);
  int error = errno;
  report(fd >= 0 && fstat(fd, &status) == 0 && (inode == 0 || status.st_ino == inode), error, "A-064/%s", id);
  if (fd >= 0) close(fd);
}

static struct handle inode_handle(unsigned inode) {
  struct handle handle = {0};
  handle.head.handle_bytes = 8;
  handle.head.handle_type = 1;
  memcpy(handle.head.f_handle, &inode, sizeof inode);
  return handle;
}

/* The best case for the attacker: it knows the handle of a file of the host, on a file system that it sees.
 */
static void by_handle(const char* seen, const char* known, unsigned long long inode) {
  int mount = open(seen, O_RDONLY | O_DIRECTORY | O_CLOEXEC), id = 0;
  struct handle handle = {0};
  handle.head.handle_bytes = MAX_HANDLE_SZ;
  TRY(name_to_handle_at(AT_FDCWD, seen, &handle.head, &id, 0), "A-064/name-to-handle");
  memset(&handle, 0, sizeof handle);
  unsigned type = 0, byte = 0, count = 0;
  if (sscanf(known, "%u:", &type) == 1)
    for (const char* hex = strchr(known, ':') + 1; sscanf(hex, "%2x", &byte) == 1; hex += 2)
      handle.head.f_handle[count++] = (unsigned char)byte;
  handle.head.handle_type = (int)type;
  handle.head.handle_bytes = count;
  try_handle(mount, &handle, inode, "known-handle");
  struct handle root = inode_handle(2);
  try_handle(mount, &root, 2, "root");
  for (unsigned number = 11; number < 61; number++) {
    struct handle guess = inode_handle(number);
    try_handle(mount, &guess, number, "guessed");
  }
}

/* On the host: what an attacker would have to know. */
static int tell_handle(const char* path) {
  struct handle handle = {0};
  int id;
  handle.head.handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at(AT_FDCWD, path, &handle.head, &id, 0) != 0) return 1;
  printf("%d:", handle.head.handle_type);
  for (unsigned index = 0; index < handle.head.handle_bytes; index++)
    printf("%02x", handle.head.f_handle[index]);
  puts("");
  return 0;
}

static int make_nodes(const char* directory) {
  for (size_t index = 0; index < NODE_COUNT; index++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, NODES[index].name);
    if (mknod(path, NODES[index].type | 0666, makedev(NODES[index].major, NODES[index].minor)) != 0) return 1;
    if (chmod(path, 0666) != 0) return 1;
  }
  return 0;
}

/* On the host: tell-handle PATH, make-nodes DIR. In a container: make, make-in DIR, open DIR, send DIR AT,
 * receive AT, handle DIR KNOWN INODE. */
int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "tell-handle") == 0) return tell_handle(argv[2]);
  if (argc == 3 && strcmp(argv[1], "make-nodes") == 0) return make_nodes(argv[2]);
  refuse_on_host();
  if (argc < 2) return 2;
  if (strcmp(argv[1], "make") == 0) make();
  if (strcmp(argv[1], "make-in") == 0) make_in(argv[2], "given");
  if (strcmp(argv[1], "open") == 0) open_given(argv[2]);
  if (strcmp(argv[1], "send") == 0) send_given(argv[2], argv[3]);
  if (strcmp(argv[1], "receive") == 0) receive_given(argv[2]);
  if (strcmp(argv[1], "handle") == 0 && argc == 5) by_handle(argv[2], argv[3], strtoull(argv[4], NULL, 10));
  puts("END");
  return 0;
}
