#include "core/base/bounded_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// A file that is written takes less; an older one was left by a process that was killed.
constexpr std::chrono::hours longest_writing{1};

struct Kept {
    fs::path path;
    fs::file_time_type used;
    int64_t bytes;
};

void make_private(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::create_directories(folder, ignored)) return;
    fs::permissions(folder, fs::perms::owner_all, ignored);
}

/// Removes what killed processes have left.
std::vector<Kept> files_in(const fs::path& folder) {
    std::vector<Kept> files;
    std::error_code error, ignored;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const fs::path& path = entry->path();
        const auto used = fs::last_write_time(path, ignored);
        const bool is_partial = path.extension() == ".part";
        if (is_partial && fs::file_time_type::clock::now() - used > longest_writing) fs::remove(path, ignored);
        const auto bytes = fs::file_size(path, ignored);
        if (!is_partial && bytes != static_cast<std::uintmax_t>(-1))
            files.push_back({path, used, static_cast<int64_t>(bytes)});
    }
    return files;
}

}  // namespace

std::optional<std::string> BoundedFolder::read(const std::string& name, std::uintmax_t max_bytes) const {
    const fs::path file = folder_ / name;
    if (!is_file(file)) return std::nullopt;
    try {
        std::string bytes = read_file(file, max_bytes);
        ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
        return bytes;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void BoundedFolder::write(const std::string& name, std::string_view bytes) {
    make_private(folder_);
    try {
        replace_file(folder_ / name, bytes);
    } catch (const Error&) {
        return;
    }
    const bool is_due = !written_ || *written_ > max_bytes_ / 16;
    if (is_due) tidy();
    written_ = (is_due ? 0 : *written_) + static_cast<int64_t>(bytes.size());
}

void BoundedFolder::remove(const std::string& name) const {
    std::error_code ignored;
    fs::remove(folder_ / name, ignored);
}

/// Makes more room than is needed, so that it need not be done for each file.
void BoundedFolder::tidy() const {
    std::vector<Kept> files = files_in(folder_);
    int64_t bytes = 0;
    for (const Kept& file : files) bytes += file.bytes;
    if (bytes <= max_bytes_) return;
    std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
    for (const Kept& file : files) {
        if (bytes <= max_bytes_ - max_bytes_ / 8) return;
        std::error_code ignored;
        fs::remove(file.path, ignored);
        bytes -= file.bytes;
    }
}

}  // namespace fanlight
