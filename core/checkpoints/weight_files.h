#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fanlight {

/// A model's single file itself, or all .safetensors in its folder, which in a cached repository are links. Empty if
/// there are none.
std::vector<std::filesystem::path> weight_files(const std::filesystem::path& model);

/// The bytes of these files.
int64_t weight_bytes(const std::filesystem::path& model);

}  // namespace fanlight
