#pragma once

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/original_names.h"
#include "core/families/parts/given_transformer.h"

namespace fanlight {

/// What the network's modules are in original checkpoints, as people keep it. `network`: the config.
OriginalNames original_z_image_names(const Json& network);

/// transformer/config.json, from names and shapes. Throws Error naming a missing tensor, or the heads whose parts no
/// shape tells.
Json z_image_config_of(const CheckpointPart& part);

/// Under diffusers' names, of either naming. `network`: the config.
TensorEntries z_image_tensors(const CheckpointPart& part, const Json& network);

const TransformerNaming& z_image_naming();

}  // namespace fanlight
