#pragma once

#include <filesystem>

namespace fanlight {

/// Where a user keeps checkpoints and diffusers folders that are to be found by name:
/// $XDG_DATA_HOME/fanlight/models, else ~/.local/share/fanlight/models.
std::filesystem::path models_folder();

/// The same of LoRAs: …/fanlight/loras.
std::filesystem::path loras_folder();

}  // namespace fanlight
