#include "controller/network.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "common/unique_fd.h"

namespace virtainer {

namespace {

Status bring_loopback_up() {
  unique_fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return last_error("socket", "lo");
  ifreq request = {};
  strcpy(request.ifr_name, "lo");
  if (ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) return last_error("SIOCGIFFLAGS", "lo");
  request.ifr_flags |= IFF_UP;
  if (ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) return last_error("SIOCSIFFLAGS", "lo");
  return Done{};
}

}  // namespace

Status set_up_network(const Plan& plan) {
  const Setting& name = plan.hostname;
  if (name.given() && sethostname(name.value.data(), name.value.size()) != 0) {
    return last_error("sethostname", name.value).at(name.step);
  }
  if (plan.loopback_step < 0) return Done{};
  if (Status up = bring_loopback_up(); !up) return std::move(up.error()).at(plan.loopback_step);
  return Done{};
}

}  // namespace virtainer
