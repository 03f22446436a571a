#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fanlight {

/// SHA-256 as 64 lower-case hex digits (FIPS 180-4).
std::string sha256_hex(std::string_view bytes);

/// The same for a file, read in pieces. Throws Error naming the file.
std::string sha256_hex_of_file(const std::filesystem::path& file);

}  // namespace fanlight
