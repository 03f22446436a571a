#include "core/run/meeting_place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr const char* prefix = "fanlight-meeting-";

UniqueFd opened(const fs::path& folder) {
    return UniqueFd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool is_own(const UniqueFd& folder) {
    struct stat status {};
    return folder && ::fstat(folder.get(), &status) == 0 && status.st_uid == ::geteuid();
}

/// On file systems without locks, such as some network ones, nothing is removed.
void remove_deserted(const fs::path& parent) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
        if (!entry.path().filename().string().starts_with(prefix)) continue;
        const UniqueFd folder = opened(entry.path());
        if (is_own(folder) && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
    }
}

/// Creates and locks a folder; empty if another process removed it in between.
std::string make_locked(const fs::path& parent, UniqueFd& lock) {
    std::string folder = (parent / (std::string(prefix) + "XXXXXX")).string();
    if (!::mkdtemp(folder.data()))
        throw Error("Cannot make a folder in %1 for the stages to meet in: %2", parent, errno_text());
    lock = opened(folder);
    if (lock) ::flock(lock.get(), LOCK_EX);
    std::error_code ignored;
    return fs::exists(folder, ignored) ? folder : "";
}

}  // namespace

MeetingPlace::MeetingPlace() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    std::error_code ignored;
    const fs::path parent = runtime && fs::is_directory(runtime, ignored) ? runtime : fs::temp_directory_path(ignored);
    remove_deserted(parent);
    while (folder_.empty()) folder_ = make_locked(parent, lock_);
}

MeetingPlace::~MeetingPlace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace fanlight
