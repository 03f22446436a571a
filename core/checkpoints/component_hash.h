#pragma once

#include <filesystem>
#include <string>

#include "core/base/sha256.h"

namespace fanlight {

/// SHA-256 (hex) of a component from elsewhere. Of a file: its own. Of a folder: that of the lines that `sha256sum`
/// prints for the .json and .safetensors files in it, in the order of their names; of a whole model's, also for those
/// in its folders, and their vocabularies. `hash_of_file`: one that may remember. Reads all weights. Throws Error
/// naming what cannot be read.
std::string component_hash(const std::filesystem::path& file_or_folder,
                           std::string (*hash_of_file)(const std::filesystem::path& file) = &sha256_hex_of_file);

}  // namespace fanlight
