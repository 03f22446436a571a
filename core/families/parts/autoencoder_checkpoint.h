#pragma once

#include <cstdint>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// What decodes of the autoencoder under its original names (CompVis/latent-diffusion: "decoder.up.0.block.0.…").
struct DecoderCheckpoint {
    Json config;            ///< config.json of diffusers' AutoencoderKL, but for "scaling_factor"
    TensorEntries tensors;  ///< under diffusers' names and in its shapes
};

/// The encoder, and what it was trained with, are passed over. Throws Error naming a tensor that is missing, too many,
/// or cannot be.
DecoderCheckpoint read_decoder(const CheckpointPart& part);

/// The names below the prefix: `layers` residual blocks a resolution.
KeyMap decoder_key_map(int64_t blocks, int64_t layers);

}  // namespace fanlight
