#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace fanlight {

/// What was found out about a file, as text that is kept in the user's cache folder. What is kept counts only while the
/// file's inode, size and both of its times (the kernel sets the change time, nobody else) are those of the file that
/// was looked at. An unreadable or unwritable cache is ignored. Any thread and process.
struct CachedFact {
    const char* kind;                                       ///< the folder in the cache: "sha256"
    std::string version = {};                               ///< what else the text depends on, in one line
    std::size_t max_bytes = 0;                              ///< of the text
    std::function<bool(const std::string& text)> is_valid;  ///< a kept one may be anything
    std::function<std::string()> find_out;                  ///< reads the file
};

/// Throws Error naming the file if that cannot be read, and what find_out() throws.
std::string cached_fact(const std::filesystem::path& file, const CachedFact& fact);

}  // namespace fanlight
