#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/original_names.h"

namespace fanlight {

/// What the network's modules are in original checkpoints, as people keep it. `network`: the config.
OriginalNames original_z_image_names(const Json& network);

/// What comes before the network's keys in a file; nullopt: the file has no network of Z-Image.
std::optional<std::string> z_image_prefix(const TensorEntries& tensors);

/// The keys by which it is told, for messages.
std::vector<std::string> z_image_keys();

/// transformer/config.json, from names and shapes. Throws Error naming a missing tensor, or the heads whose parts no
/// shape tells.
Json z_image_config_of(const CheckpointPart& part);

/// Under diffusers' names, of either naming. `network`: the config.
TensorEntries z_image_tensors(const CheckpointPart& part, const Json& network);

}  // namespace fanlight
