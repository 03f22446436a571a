#pragma once

#include <filesystem>

namespace fanlight {

/// Where the user keeps checkpoints and diffusers folders that can be chosen by name: $XDG_DATA_HOME/fanlight/models,
/// else ~/.local/share/fanlight/models.
std::filesystem::path models_folder();

/// The same for LoRAs: …/fanlight/loras.
std::filesystem::path loras_folder();

/// The same for textual inversion embeddings: …/fanlight/embeddings.
std::filesystem::path embeddings_folder();

/// The same for networks, VAEs and text encoders: …/fanlight/diffusion_models, …/vae and …/text_encoders.
std::filesystem::path networks_folder();
std::filesystem::path vaes_folder();
std::filesystem::path text_encoders_folder();

/// The same for lists of styles: …/fanlight/styles.
std::filesystem::path styles_folder();

/// What Fanlight remembers, such as the queue: $XDG_STATE_HOME/fanlight, else ~/.local/state/fanlight.
std::filesystem::path state_folder();

/// What the user has set: $XDG_CONFIG_HOME/fanlight, else ~/.config/fanlight.
std::filesystem::path config_folder();

/// What can be worked out again: $XDG_CACHE_HOME/fanlight, else ~/.cache/fanlight.
std::filesystem::path cache_folder();

}  // namespace fanlight
