#pragma once

#include <cstdint>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// The autoencoder's decoder, converted from its original names (CompVis/latent-diffusion: "decoder.up.0.block.0.…").
struct DecoderCheckpoint {
    Json config;            ///< config.json of diffusers' AutoencoderKL, without "scaling_factor"
    TensorEntries tensors;  ///< under diffusers' names and in its shapes
};

/// The encoder, and what was used in training, are skipped. Throws Error naming a missing, surplus or impossible
/// tensor.
DecoderCheckpoint read_decoder(const CheckpointPart& part);

/// Of a file without one: what all models of Stable Diffusion have, without tensors, for another VAE to take its place.
DecoderCheckpoint usual_decoder();

/// Likewise, for the VAE of 16 latent channels that FLUX.1 and Z-Image share.
DecoderCheckpoint sixteen_channel_decoder();

/// Likewise, for the VAE of 32 latent channels that FLUX.2 has.
DecoderCheckpoint flux_2_decoder();

/// The names below the prefix, for `layers` residual blocks per resolution.
KeyMap decoder_key_map(int64_t blocks, int64_t layers);

}  // namespace fanlight
