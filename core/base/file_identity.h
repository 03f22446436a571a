#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace fanlight {

/// What no other file of this machine has, nor this one once its contents have been changed: device, inode, size and
/// the times of the last changes, in one word.
std::string identity_of(const struct stat& status);

/// Empty if the file cannot be asked about.
std::string file_identity(const std::filesystem::path& file);

/// The same of all files that lie directly in a folder, with their names.
std::string identity_of_files(const std::filesystem::path& folder);

}  // namespace fanlight
