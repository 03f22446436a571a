#include "core/config/file_cache.h"

#include <sys/stat.h>

#include <ctime>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/user_folders.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Time stamps of some file systems are no finer than this, so a file may change twice within it and look the same.
constexpr time_t coarsest_time_stamp = 2;

struct stat status_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) throw Error("Cannot read %1: %2", file, errno_text());
    return status;
}

std::string time_text(const timespec& time) { return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec); }

/// What changes with the file's contents.
std::string state_of(const struct stat& status) {
    return std::to_string(status.st_size) + " " + time_text(status.st_mtim) + " " + time_text(status.st_ctim);
}

/// `begin`: of a kept text that still counts.
std::optional<std::string> kept_in(const fs::path& entry, const std::string& begin, const CachedFact& fact) {
    std::error_code ignored;
    if (!fs::is_regular_file(entry, ignored)) return std::nullopt;
    try {
        const std::string kept = read_file(entry, begin.size() + fact.max_bytes);
        if (!kept.starts_with(begin)) return std::nullopt;
        std::string text = kept.substr(begin.size());
        if (fact.is_valid(text)) return text;
    } catch (const Error&) {
        // As if there were none.
    }
    return std::nullopt;
}

void keep(const fs::path& entry, const std::string& text) {
    try {
        std::error_code ignored;
        fs::create_directories(entry.parent_path(), ignored);
        replace_file(entry, text);
    } catch (const Error&) {
        // The next one finds it out again.
    }
}

}  // namespace

std::string cached_fact(const fs::path& file, const CachedFact& fact) {
    const struct stat before = status_of(file);
    const std::string state = state_of(before);
    const std::string begin = state + " " + (fact.version.empty() ? "" : fact.version + " ");
    const fs::path entry =
        cache_folder() / fact.kind / (std::to_string(before.st_dev) + "-" + std::to_string(before.st_ino));
    if (auto kept = kept_in(entry, begin, fact)) return *kept;
    std::string text = fact.find_out();
    const bool has_rested = std::time(nullptr) - before.st_ctim.tv_sec > coarsest_time_stamp;
    if (has_rested && state_of(status_of(file)) == state) keep(entry, begin + text);
    return text;
}

}  // namespace fanlight
