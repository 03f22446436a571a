#pragma once

#include <filesystem>
#include <string>

#include "core/batch/request.h"
#include "core/config/model_places.h"
#include "core/families/family.h"

namespace fanlight {

/// Parses "FILE" or "FILE:WEIGHT", where FILE is a .safetensors file or the name of one in the places for
/// LoRAs, with or without the suffix; the default weight is 1. Reads the file for its hashes, and to refuse early what
/// is not a LoRA, or not one for models of `family` if that is given. Throws UsageError saying where it looked, or what
/// a weight must be; Error naming the file and what it is.
Lora find_lora(const std::string& text, const ModelPlaces& places, const Family* family = nullptr);

/// lora_hash(), with the large file's own kept like any (hash_cache.h). Throws Error naming a file that cannot be read.
std::string cached_lora_hash(const std::filesystem::path& file);

}  // namespace fanlight
