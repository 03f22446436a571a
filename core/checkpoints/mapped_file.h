#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/unique_fd.h"

namespace fanlight {

/// A file mapped read-only. Its pages are those of the page cache, shared by every process that maps the file; writing
/// to them kills the process (SIGSEGV).
///
/// If the file is truncated while mapped, reading the lost pages kills the process (SIGBUS). The file is kept open so
/// that check_size() can detect it earlier, but nothing on Linux prevents it: replace model files by renaming, as
/// downloaders do. Such a fault costs one worker, not the run.
class MappedFile {
public:
    /// Throws Error naming the file if it is missing, unreadable or not a regular file.
    explicit MappedFile(const std::filesystem::path& file);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// As when it was opened (see core/base/file_identity.h).
    const std::string& identity() const { return identity_; }
    std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

    /// Throws Error naming the file if it has become shorter since it was opened.
    void check_size() const;

    /// Releases the memory of the pages that lie entirely in this part of bytes(), for data that has been copied;
    /// reading it again fetches it from the file. Any thread.
    void release(std::string_view part) const;

private:
    std::filesystem::path path_;
    UniqueFd fd_;
    std::string identity_;
    void* data_ = nullptr;
    size_t size_ = 0;
};

}  // namespace fanlight
