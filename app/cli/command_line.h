#pragma once

namespace fanlight {

/// The whole of fanlight. A program with families or tasks of its own adds them before it calls this.
int run_command_line(int argc, char** argv);

}  // namespace fanlight
