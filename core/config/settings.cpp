#include "core/config/settings.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_lock.h"
#include "core/base/text.h"
#include "core/config/user_folders.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_bytes = 1u << 20;
constexpr double patience_seconds = 5;

/// An object.
Json stored(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return Json::object();
    try {
        return read_json_file(file, max_bytes);
    } catch (const Error& error) {
        throw Error("%1; repair the file or delete it, and the settings are the defaults again",
                    sentence_of(error).open());
    }
}

}  // namespace

fs::path settings_file() { return config_folder() / "settings.json"; }

Settings user_settings_in(const Json& json, const Place& where) {
    Settings settings;
    settings.models_dirs = optional_or<std::vector<std::string>>(json, "models_dirs", {}, where);
    for (const std::string& dir : settings.models_dirs)
        if (!fs::path(dir).is_absolute() || dir.find('\0') != std::string::npos)
            throw Error("%1: \"models_dirs\" must be absolute paths, not %2", where, in_quotes(dir));
    return settings;
}

Settings read_settings() {
    const fs::path file = settings_file();
    return user_settings_in(stored(file), file.string());
}

void change_settings(const std::function<void(Settings&)>& change) {
    const fs::path file = settings_file();
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    const UniqueFd lock = lock_file(file.parent_path() / "settings.lock", patience_seconds);
    if (!lock) throw Error("The settings cannot be changed: %1 cannot be locked: %2", file, errno_text());
    Json json = stored(file);
    Settings settings = user_settings_in(json, file.string());
    change(settings);
    json["models_dirs"] = settings.models_dirs;
    replace_file(file, json.dump(2) + "\n");
}

}  // namespace fanlight
