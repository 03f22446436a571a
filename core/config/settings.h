#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/place.h"

namespace fanlight {

/// What the user has set once for the window and the command line of this machine, in settings.json of the config
/// folder.
struct Settings {
    /// Folders of other programs or with more models: absolute paths, which may be missing at times (model_places.h).
    std::vector<std::string> models_dirs;
};

/// Whether it exists is not checked.
std::filesystem::path settings_file();

/// Throws Error naming `where` and what is wrong.
Settings user_settings_in(const Json& json, const Place& where);

/// As last written; those of a missing file are the defaults. Throws Error naming the file and how to repair it.
Settings read_settings();

/// Changes what is there, one process after the other; what later versions keep in the file stays. Throws Error naming
/// the file, and changes nothing then.
void change_settings(const std::function<void(Settings&)>& change);

}  // namespace fanlight
