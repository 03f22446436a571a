#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

/// A folder of files that can be made again, with a bound to what they take together: the least recently used are
/// removed first. Several processes may use it at once, and may be killed at any moment: a file is there completely or
/// not at all. What cannot be read or written is as if it were not there. One thread.
class BoundedFolder {
public:
    /// It is created, for its user alone, when the first file is written.
    BoundedFolder(std::filesystem::path folder, int64_t max_bytes)
        : folder_(std::move(folder)), max_bytes_(max_bytes) {}

    const std::filesystem::path& path() const { return folder_; }

    /// The file of this name, which counts as used now; nullopt: there is none, or it is larger than `max_bytes`.
    std::optional<std::string> read(const std::string& name, std::uintmax_t max_bytes) const;

    /// Replaces a file of this name. The folder is within its bound when this process has written for the first time
    /// and after each sixteenth of the bound.
    void write(const std::string& name, std::string_view bytes);

    void remove(const std::string& name) const;

private:
    void tidy() const;

    std::filesystem::path folder_;
    int64_t max_bytes_;
    std::optional<int64_t> written_;  ///< bytes since the folder was last tidied; unset: never
};

}  // namespace fanlight
