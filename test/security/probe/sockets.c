// so.*: families of sockets that reach the host or little-tested kernel code.
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

#ifndef AF_XDP
#define AF_XDP 44
#endif
#ifndef AF_SMC
#define AF_SMC 43
#endif

static struct outcome judge_socket(long fd) {
  bool unknown = errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT;
  if (fd < 0 && unknown) return not_applicable("%s", error_name());
  struct outcome outcome = judge_call("socket", fd);
  if (fd >= 0) close((int)fd);
  return outcome;
}

// Numbers: family, type, protocol.
static struct outcome try_socket(const struct probe* probe) {
  const long* with = probe->numbers;
  return judge_socket(syscall(SYS_socket, with[0], with[1] | SOCK_CLOEXEC, with[2]));
}

static struct outcome try_socketpair(const struct probe* probe) {
  int ends[2];
  const long* with = probe->numbers;
  return judge_socket(syscall(SYS_socketpair, with[0], with[1] | SOCK_CLOEXEC, with[2], ends));
}

// The old call takes its arguments from memory, where no filter looks.
static struct outcome try_socketcall(const struct probe* probe) {
#if defined(__x86_64__)
  enum { SOCKETCALL_32 = 102, SYS_SOCKET = 1 };
  uint32_t* arguments =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (arguments == MAP_FAILED) return not_applicable("no memory below 4 GiB: %s", error_name());
  for (int i = 0; i < 3; i++) arguments[i] = (uint32_t)probe->numbers[i];
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(SOCKETCALL_32), "b"(SYS_SOCKET), "c"(arguments)
                   : "r8", "r9", "r10", "r11", "memory");
  result = (int)result;
  errno = result < 0 ? (int)-result : 0;
  return judge_socket(result);
#else
  (void)probe;
  return not_applicable("no such call on this machine");
#endif
}

#define SOCKET(name, ...)                         \
  {                                               \
    "so." name, try_socket, NULL, { __VA_ARGS__ } \
  }

static const struct probe rows[] = {
    SOCKET("alg", AF_ALG, SOCK_SEQPACKET, 0),
    SOCKET("vsock", AF_VSOCK, SOCK_STREAM, 0),
    SOCKET("packet", AF_PACKET, SOCK_RAW, 0),
    SOCKET("key", AF_KEY, SOCK_RAW, 2),
    SOCKET("rds", AF_RDS, SOCK_SEQPACKET, 0),
    SOCKET("tipc", AF_TIPC, SOCK_SEQPACKET, 0),
    SOCKET("xdp", AF_XDP, SOCK_RAW, 0),
    SOCKET("smc", AF_SMC, SOCK_STREAM, 0),
    SOCKET("bluetooth", AF_BLUETOOTH, SOCK_RAW, 1),
    SOCKET("can", AF_CAN, SOCK_RAW, 1),
    SOCKET("raw", AF_INET, SOCK_RAW, IPPROTO_ICMP),
    SOCKET("netlink_xfrm", AF_NETLINK, SOCK_RAW, NETLINK_XFRM),
    SOCKET("netlink_netfilter", AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER),
    SOCKET("netlink_audit", AF_NETLINK, SOCK_RAW, NETLINK_AUDIT),
    {"so.vsock_pair", try_socketpair, NULL, {AF_VSOCK, SOCK_STREAM, 0}},
    {"so.vsock_by_socketcall", try_socketcall, NULL, {AF_VSOCK, SOCK_STREAM, 0}},
    {"so.alg_by_socketcall", try_socketcall, NULL, {AF_ALG, SOCK_SEQPACKET, 0}},
};
const struct table kSockets = TABLE(rows);
