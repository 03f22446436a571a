
#include <mutex>
#include <set>

#include "tests/support/places.h"

namespace fanlight {
namespace {

const char* intern(const std::string& path) {
    static std::mutex mutex;
    static std::set<std::string> paths;
    const std::lock_guard lock(mutex);
    return paths.insert(path).first->c_str();
}

}  // namespace

const char* source_path(const std::string& below) { return intern(FANLIGHT_SOURCE_DIR + below); }
const char* build_path(const std::string& below) { return intern(FANLIGHT_BUILD_DIR + below); }

}  // namespace fanlight
