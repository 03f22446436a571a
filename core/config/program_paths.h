#pragma once

#include <filesystem>

namespace fanlight {

/// The folder with the starter model: $FANLIGHT_RESOURCES, else relative to the program, as built or installed.
std::filesystem::path resources_folder();

/// The running program's own path.
std::filesystem::path program_path();

}  // namespace fanlight
