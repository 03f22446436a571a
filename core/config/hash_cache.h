#pragma once

#include <filesystem>
#include <string>

namespace fanlight {

/// The SHA-256 of a file, 64 hex digits. Those of large files are kept in the user's cache folder, since a model of
/// 20 GB takes longer to hash than to load. What is kept counts only while the file's inode, size and both of its times
/// (the kernel sets the change time, nobody else) are those of the file that was hashed. An unreadable or unwritable
/// cache is ignored. Throws Error naming the file if that cannot be read. Any thread.
std::string cached_sha256(const std::filesystem::path& file);

}  // namespace fanlight
