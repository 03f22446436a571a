#pragma once

namespace fanlight {

/// The whole program `fanlight`. A program with families or tasks of its own adds them first.
int run_command_line(int argc, char** argv);

}  // namespace fanlight
