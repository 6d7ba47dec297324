// `virtainer-controller enter`: runs one command in a running container.
#pragma once

namespace virtainer {

[[noreturn]] void enter_command(int argc, char** argv);

}  // namespace virtainer
