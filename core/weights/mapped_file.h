#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace fanlight {

/// A file mapped for reading; its pages are the page cache's and so shared by every process that maps it. Somebody who
/// truncates the file while it is mapped ends the process (SIGBUS): a worker dies and the run goes on.
class MappedFile {
public:
    /// Throws Error naming the file.
    explicit MappedFile(const std::filesystem::path& file);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

private:
    void* data_ = nullptr;
    size_t size_ = 0;
};

}  // namespace fanlight
