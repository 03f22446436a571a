#include "core/config/user_folders.h"

#include <cstdlib>
#include <string>

namespace fanlight {

namespace fs = std::filesystem;

namespace {

fs::path data_folder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return fs::path(data) / "fanlight";
    const char* home = std::getenv("HOME");
    return fs::path(home ? home : "/") / ".local/share/fanlight";
}

}  // namespace

fs::path models_folder() { return data_folder() / "models"; }
fs::path loras_folder() { return data_folder() / "loras"; }

}  // namespace fanlight
