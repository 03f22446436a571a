#pragma once

#include <filesystem>
#include <string>

namespace fanlight {

/// The folder with the starter models: $FANLIGHT_RESOURCES, else relative to the program, as built or installed.
std::filesystem::path resources_folder();

/// The running program's own path.
std::filesystem::path program_path();

/// The command line program: $FANLIGHT, else `fanlight` beside this program.
std::filesystem::path fanlight_program();

/// The worker program to run: `asked` if given, else $FANLIGHT_WORKER, else `fanlight-worker` beside this program.
/// Throws Error if it cannot be run.
std::string find_worker_program(const std::string& asked = "");

}  // namespace fanlight
