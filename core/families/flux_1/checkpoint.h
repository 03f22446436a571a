#pragma once

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/original_names.h"
#include "core/families/parts/given_transformer.h"

namespace fanlight {

bool has_original_flux_1_names(const CheckpointPart& part);

/// Under diffusers' names, of either naming. `network`: the config.
TensorEntries flux_1_tensors(const CheckpointPart& part, const Json& network);

/// Files have diffusers' names or those of Black Forest Labs, which ComfyUI's have, too.
const TransformerNaming& flux_1_naming();

/// What modules were in original checkpoints, and in LoRAs, also those of XLabs. `network`: the config.
OriginalNames original_flux_1_names(const Json& network);

}  // namespace fanlight
