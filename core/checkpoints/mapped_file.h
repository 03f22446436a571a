#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/unique_fd.h"

namespace fanlight {

/// A file mapped for reading. The pages are the page cache's: every process that maps the file shares them, and a write
/// through the map ends the process (SIGSEGV).
///
/// A file that is truncated while it is mapped ends the process that reads the lost pages (SIGBUS). The file is held
/// open so that check_size() can notice it earlier, but nothing on Linux prevents it: replace model files by renaming,
/// as downloaders do. Such a fault costs one worker, not the run.
class MappedFile {
public:
    /// Throws Error naming the file when it is missing, unreadable or no regular file.
    explicit MappedFile(const std::filesystem::path& file);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

    /// Throws Error naming the file when it has become shorter than it was when it was opened.
    void check_size() const;

    /// Gives back the memory of the pages that lie wholly in this part of bytes(): who reads it again gets it from the
    /// file. For what has been copied. Any thread.
    void let_go(std::string_view part) const;

private:
    std::filesystem::path path_;
    UniqueFd fd_;
    void* data_ = nullptr;
    size_t size_ = 0;
};

}  // namespace fanlight
