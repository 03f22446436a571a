#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/config/model_places.h"
#include "core/families/family.h"

namespace fanlight {

/// What an option asks for: as asked_lora() reads it, or a file, whatever its name ends in. Throws UsageError.
Lora lora_option(const std::string& text);

/// Finds one that is asked for: a .safetensors file, or the name of one in the places for LoRAs, with or without the
/// suffix. Reads the file for its hashes, and to refuse early what is not a LoRA, or not one for models of `family` if
/// that is given. Throws UsageError saying where it looked; Error naming the file and what it is.
Lora find_lora(const Lora& asked, const ModelPlaces& places, const Family* family = nullptr);

/// All in the places for LoRAs, by name; what they hold is not looked at.
std::vector<PlacedFile> kept_loras(const ModelPlaces& places);

/// lora_hash(), with the large file's own kept like any (hash_cache.h). Throws Error naming a file that cannot be read.
std::string cached_lora_hash(const std::filesystem::path& file);

}  // namespace fanlight
