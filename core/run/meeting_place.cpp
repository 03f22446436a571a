#include "core/run/meeting_place.h"

#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace fs = std::filesystem;

MeetingPlace::MeetingPlace() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    std::error_code ignored;
    const fs::path parent = runtime && fs::is_directory(runtime, ignored) ? runtime : fs::temp_directory_path(ignored);
    folder_ = (parent / "fanlight-meeting-XXXXXX").string();
    if (!::mkdtemp(folder_.data()))
        throw Error("Cannot make a folder in " + parent.string() + " for the stages to meet in: " + errno_text());
}

MeetingPlace::~MeetingPlace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace fanlight
