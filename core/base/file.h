#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace fanlight {

/// The whole file. Throws Error naming the file when it is missing, unreadable, no regular file or above `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes = UINTMAX_MAX);

/// What commit_file() found.
enum class Commit { Written, Exists };

/// Writes `bytes` so that a crash at any moment leaves either no `name` in `folder` or all of it: temporary file
/// `.NAME.*.part` beside it, fsync, rename without overwriting, fsync of the folder. A file of that name that is
/// already there is left alone (Commit::Exists). Throws Error naming the file and the reason; nothing half-written
/// stays.
Commit commit_file(const std::filesystem::path& folder, const std::string& name, std::string_view bytes);

/// Like commit_file(), but takes the place of an older version (manifests, run.json).
void replace_file(const std::filesystem::path& file, std::string_view bytes);

class PartialFile;

/// The same for a file that is too large to be put together in memory: written piece by piece, it takes its place with
/// commit(). Without that nothing stays.
class FileReplacement {
public:
    explicit FileReplacement(std::filesystem::path file);
    ~FileReplacement();

    void write(std::string_view bytes);
    void commit();

private:
    std::filesystem::path file_;
    std::string buffer_;
    std::unique_ptr<PartialFile> partial_;
};

/// Deletes the `.*.part` files that a killed writer left in `folder`.
void remove_partial_files(const std::filesystem::path& folder);

/// What this process says on standard error is appended to the file from now on; where that cannot be opened, nothing
/// changes.
void append_standard_error_to(const std::filesystem::path& file);

/// "No space left on device" and its like, from errno.
std::string errno_text();

}  // namespace fanlight
