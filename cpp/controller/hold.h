// `virtainer-controller hold`: a process for a place that has to have one, as a new scope of systemd's.
#pragma once

namespace virtainer {

[[noreturn]] void hold_command(int argc, char** argv);

}  // namespace virtainer
