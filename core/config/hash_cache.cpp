#include "core/config/hash_cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr off_t smallest_kept = 1 << 20;
constexpr size_t hex_digits = 64;

/// Time stamps of some file systems are no finer than this, so a file may change twice within it and look the same.
constexpr time_t coarsest_time_stamp = 2;

struct stat status_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) throw Error("Cannot read %1: %2", file, errno_text());
    return status;
}

std::string text_of(const timespec& time) { return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec); }

/// What changes with the file's contents.
std::string state_of(const struct stat& status) {
    return std::to_string(status.st_size) + " " + text_of(status.st_mtim) + " " + text_of(status.st_ctim) + " ";
}

std::optional<std::string> kept_in(const fs::path& entry, const std::string& state) {
    std::error_code ignored;
    if (!fs::is_regular_file(entry, ignored)) return std::nullopt;
    try {
        const std::string line = read_file(entry, 1024);
        const std::string hash = line.substr(std::min(state.size(), line.size()));
        const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (line.starts_with(state) && hash.size() == hex_digits && std::all_of(hash.begin(), hash.end(), is_digit))
            return hash;
    } catch (const Error&) {
        // As if there were none.
    }
    return std::nullopt;
}

void keep(const fs::path& entry, const std::string& line) {
    try {
        std::error_code ignored;
        fs::create_directories(entry.parent_path(), ignored);
        replace_file(entry, line);
    } catch (const Error&) {
        // The next one hashes again.
    }
}

}  // namespace

std::string cached_sha256(const fs::path& file) {
    const struct stat before = status_of(file);
    if (!S_ISREG(before.st_mode) || before.st_size < smallest_kept) return sha256_hex_of_file(file);
    const std::string state = state_of(before);
    const fs::path entry =
        cache_folder() / "sha256" / (std::to_string(before.st_dev) + "-" + std::to_string(before.st_ino));
    if (auto kept = kept_in(entry, state)) return *kept;
    std::string hash = sha256_hex_of_file(file);
    const bool has_rested = std::time(nullptr) - before.st_ctim.tv_sec > coarsest_time_stamp;
    if (has_rested && state_of(status_of(file)) == state) keep(entry, state + hash);
    return hash;
}

}  // namespace fanlight
