// `virtainer-controller run`: starts and supervises one container.
#pragma once

namespace virtainer {

[[noreturn]] void run_command(int argc, char** argv);

}  // namespace virtainer
