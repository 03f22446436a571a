#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/unique_fd.h"

namespace fanlight {

/// Whether there is a regular file, or a link to one, that can be asked about.
bool is_file(const std::filesystem::path& file);

/// Throws Error naming the file unless it is missing or a regular one: reading a pipe may wait for ever, and a device
/// may have no end. For code that opens files by other means than open_file().
void check_is_file(const std::filesystem::path& file);

/// Opens a regular file for reading, without ever waiting. Throws Error naming the file and what it is instead.
UniqueFd open_file(const std::filesystem::path& file);

/// The contents of a regular file. Throws Error naming the file if it is missing, unreadable, something else or larger
/// than `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes = UINTMAX_MAX);

/// Result of commit_file().
enum class Commit { Written, Exists };

/// Writes `bytes` so that a crash at any moment leaves either no `name` in `folder` or all of it: temporary file
/// `.NAME.*.part` beside it, fsync, rename without overwriting, fsync of the folder. An existing file of that name is
/// left alone (Commit::Exists). Throws Error naming the file and the reason, and leaves nothing half-written.
Commit commit_file(const std::filesystem::path& folder, const std::string& name, std::string_view bytes);

/// Like commit_file(), but replaces an older version (manifests, run.json).
void replace_file(const std::filesystem::path& file, std::string_view bytes);

class PartialFile;

/// The same for a file too large to assemble in memory: written piece by piece, it is put in place by commit(). Without
/// a commit nothing remains.
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

/// Deletes the `.*.part` files that a killed process left in `folder`.
void remove_partial_files(const std::filesystem::path& folder);

/// Whether any process has the file locked (flock). Trying to lock it would be in the way of one that begins now.
bool is_locked(const std::filesystem::path& file);

/// From now on appends this process's standard error to the file; if that cannot be opened, nothing changes.
void append_standard_error_to(const std::filesystem::path& file);

/// The message for errno: "No space left on device".
std::string errno_text();

}  // namespace fanlight
