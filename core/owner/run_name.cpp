#include "core/owner/run_name.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr size_t prompt_characters = 60;

fs::path name_file(const fs::path& folder) { return folder / ".fanlight" / "name"; }

}  // namespace

std::string checked_run_name(const std::string& name) {
    const std::string line(trimmed(name));
    if (line.size() > max_run_name_bytes || printable(line) != line)
        throw UsageError("A run's name is one line of at most %1 bytes", max_run_name_bytes);
    return line;
}

std::string read_run_name(const fs::path& folder) {
    try {
        std::error_code error;
        if (!fs::exists(name_file(folder), error)) return {};
        return checked_run_name(read_file(name_file(folder), 2 * max_run_name_bytes));
    } catch (const Error&) {  // its default name will do
        return {};
    }
}

void write_run_name(const fs::path& folder, const std::string& name) { replace_file(name_file(folder), name + "\n"); }

int64_t run_begun_at(const fs::path& folder) {
    struct statx status {};
    if (::statx(AT_FDCWD, (folder / ".fanlight").c_str(), 0, STATX_BTIME | STATX_MTIME, &status) != 0) return 0;
    return status.stx_mask & STATX_BTIME ? status.stx_btime.tv_sec : status.stx_mtime.tv_sec;
}

std::string prompt_beginning(const std::string& prompt) { return excerpt(trimmed(prompt), prompt_characters); }

std::string run_title(const std::string& name, int64_t begun, const std::string& prompt) {
    if (!name.empty()) return name;
    std::string title;
    if (const std::time_t time = begun; begun > 0) {
        std::tm local{};
        ::localtime_r(&time, &local);
        char text[32];
        std::strftime(text, sizeof text, "%F %H:%M", &local);
        title = text;
    }
    return title.empty() || prompt.empty() ? title + prompt : title + ", " + prompt;
}

}  // namespace fanlight
