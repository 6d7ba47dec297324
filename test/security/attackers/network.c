/* from the container's network to the host's. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "report.h"

static void try_abstract(const char* name, int type, const char* kind) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  memcpy(address.sun_path + 1, name, length);
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  int connected = fd < 0 ? -1
                         : connect(fd, (struct sockaddr*)&address,
                                   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
  report(connected == 0, errno, "A-090/%s/%s", kind, name);
  if (connected == 0 && write(fd, "attack", 6) < 0) perror("write");
  if (fd >= 0) close(fd);
}

static void abstract_sockets(int count, char** names) {
  static const char* const usual[] = {"/tmp/.X11-unix/X0",   "/org/freedesktop/systemd1/notify",
                                      "/run/systemd/notify", "dbus",
                                      "/tmp/dbus-attack",    "/containerd-shim/default/attack/shim.sock",
                                      "lxc/monitor-sock",    "ISCSIADM_ABSTRACT_NAMESPACE"};
  for (int index = 0; index < count; index++) {
    try_abstract(names[index], SOCK_STREAM, "stream");
    try_abstract(names[index], SOCK_DGRAM, "datagram");
    try_abstract(names[index], SOCK_SEQPACKET, "packet");
  }
  for (size_t index = 0; index < sizeof usual / sizeof *usual; index++) {
    try_abstract(usual[index], SOCK_STREAM, "stream");
    try_abstract(usual[index], SOCK_DGRAM, "datagram");
  }
}

/* As many as there are: what is listed is not all, but all of this network namespace. */
static void listed_sockets(const char* mark) {
  char line[512];
  int found = 0;
  FILE* file = fopen("/proc/net/unix", "re");
  while (file && fgets(line, sizeof line, file)) found |= strstr(line, mark) != NULL;
  if (file) fclose(file);
  report(found, 0, "A-090/listed");
}

static void try_address(const char* text, int port, const char* id) {
  struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  struct sockaddr_in6 new = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port)};
  int is_old = inet_pton(AF_INET, text, &old.sin_addr) == 1;
  if (!is_old && inet_pton(AF_INET6, text, &new.sin6_addr) != 1) return;
  int fd = socket(is_old ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int result = is_old ? connect(fd, (struct sockaddr*)&old, sizeof old)
                      : connect(fd, (struct sockaddr*)&new, sizeof new);
  /* Only a network without a way there says so at once; a packet that leaves is in progress. */
  report(result == 0 || errno == EINPROGRESS, errno, "A-094/%s/%s/%d", id, text, port);
  close(fd);
}

/* PORT: of a server on all addresses of the host. */
static void host_services(int port, int count, char** addresses) {
  static const char* const others[] = {"169.254.169.254", "169.254.0.1", "10.0.0.1",   "192.168.122.1",
                                       "172.17.0.1",      "8.8.8.8",     "224.0.0.251"};
  for (int index = 0; index < count; index++) try_address(addresses[index], port, "host");
  for (size_t index = 0; index < sizeof others / sizeof *others; index++) {
    try_address(others[index], 80, "far");
    try_address(others[index], 53, "far");
  }
  /* Loopback is the container's own: the host's server must not be there. */
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  TRY(connect(fd, (struct sockaddr*)&loopback, sizeof loopback), "A-094/loopback/%d", port);
  close(fd);
}

/* Interfaces of the host by number: RTM_SETLINK, RTM_DELLINK and moves, on what the container does not have.
 */
static int link_request(int type, int index, const char* name, int move_to) {
  struct {
    struct nlmsghdr head;
    struct ifinfomsg info;
    char attributes[128];
  } request = {
      .head = {NLMSG_LENGTH(sizeof(struct ifinfomsg)), (unsigned short)type, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
      .info = {.ifi_family = AF_UNSPEC, .ifi_index = index}};
  struct rtattr* attribute = (struct rtattr*)((char*)&request + NLMSG_ALIGN(request.head.nlmsg_len));
  if (name) {
    attribute->rta_type = IFLA_IFNAME;
    attribute->rta_len = (unsigned short)RTA_LENGTH(strlen(name) + 1);
    strcpy(RTA_DATA(attribute), name);
    request.head.nlmsg_len += RTA_ALIGN(attribute->rta_len);
  } else if (move_to) {
    attribute->rta_type = IFLA_NET_NS_PID;
    attribute->rta_len = RTA_LENGTH(sizeof move_to);
    memcpy(RTA_DATA(attribute), &move_to, sizeof move_to);
    request.head.nlmsg_len += RTA_ALIGN(attribute->rta_len);
  }
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), error = EIO;
  char answer[1024];
  if (fd < 0) return -1;
  if (send(fd, &request, request.head.nlmsg_len, 0) > 0 &&
      recv(fd, answer, sizeof answer, 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
    error = -((struct nlmsgerr*)NLMSG_DATA((struct nlmsghdr*)answer))->error;
  close(fd);
  errno = error;
  return error ? -1 : 0;
}

static void interfaces(void) {
  static const char* const names[] = {"eth0", "lo0", "../host", "a/b",
                                      "%d",   ".",   "..",      "very-long-name-of-15+"};
  for (int index = 2; index < 12; index++) {
    TRY(link_request(RTM_DELLINK, index, NULL, 0), "A-093/delete/%d", index);
    TRY(link_request(RTM_SETLINK, index, "attack0", 0), "A-093/rename/%d", index);
    TRY(link_request(RTM_SETLINK, index, NULL, 1), "A-093/move/%d", index);
  }
  /* Where the container's root rules its network, this is its own affair: the host looks whether it is. */
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    link_request(RTM_SETLINK, 1, names[index], 0);
}

/* network abstract MARK NAME...|services PORT ADDRESS...|interfaces */
int main(int argc, char** argv) {
  refuse_on_host();
  if (argc < 2) return 2;
  if (strcmp(argv[1], "abstract") == 0 && argc > 2) {
    listed_sockets(argv[2]);
    abstract_sockets(argc - 3, argv + 3);
  }
  if (strcmp(argv[1], "services") == 0 && argc > 2) host_services(atoi(argv[2]), argc - 3, argv + 3);
  if (strcmp(argv[1], "interfaces") == 0) interfaces();
  puts("END");
  return 0;
}
