#pragma once

#include <filesystem>
#include <string>

namespace fanlight {

/// The SHA-256 of a file, 64 hex digits. Those of large files are kept (file_cache.h), since a model of 20 GB takes
/// longer to hash than to load. Throws Error naming the file if that cannot be read. Any thread.
std::string cached_sha256(const std::filesystem::path& file);

}  // namespace fanlight
