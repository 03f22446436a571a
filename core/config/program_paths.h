#pragma once

#include <filesystem>

namespace fanlight {

/// The folder with the starter model: $FANLIGHT_RESOURCES, or beside the program as it is built or installed.
std::filesystem::path resources_folder();

/// The running program's own path.
std::filesystem::path program_path();

}  // namespace fanlight
