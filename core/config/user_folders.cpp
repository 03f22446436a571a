#include "core/config/user_folders.h"

#include <cstdlib>
#include <string>

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// The XDG base directory that `variable` names, else this one of the home folder.
fs::path base_folder(const char* variable, const char* in_home) {
    if (const char* base = std::getenv(variable); base && *base) return fs::path(base) / "fanlight";
    const char* home = std::getenv("HOME");
    return fs::path(home ? home : "/") / in_home / "fanlight";
}

fs::path data_folder() { return base_folder("XDG_DATA_HOME", ".local/share"); }

}  // namespace

fs::path models_folder() { return data_folder() / "models"; }
fs::path loras_folder() { return data_folder() / "loras"; }
fs::path embeddings_folder() { return data_folder() / "embeddings"; }
fs::path networks_folder() { return data_folder() / "diffusion_models"; }
fs::path vaes_folder() { return data_folder() / "vae"; }
fs::path text_encoders_folder() { return data_folder() / "text_encoders"; }
fs::path styles_folder() { return data_folder() / "styles"; }
fs::path state_folder() { return base_folder("XDG_STATE_HOME", ".local/state"); }
fs::path config_folder() { return base_folder("XDG_CONFIG_HOME", ".config"); }
fs::path cache_folder() { return base_folder("XDG_CACHE_HOME", ".cache"); }

}  // namespace fanlight
