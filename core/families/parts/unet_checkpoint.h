#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// The UNet, converted from the names of CompVis/stable-diffusion and Stability-AI/stablediffusion
/// ("input_blocks.1.0.…").
struct UNetCheckpoint {
    /// config.json of diffusers' UNet2DConditionModel, without "sample_size" and "addition_time_embed_dim"
    Json config;
    TensorEntries tensors;  ///< under diffusers' names
};

/// `heads(width)`: number of heads of a layer of that width, which no shape determines. Throws Error naming a missing,
/// surplus or impossible tensor.
UNetCheckpoint read_unet(const CheckpointPart& part, const std::function<int64_t(int64_t width)>& heads);

/// Where single files hold it, and their autoencoder.
constexpr std::string_view original_unet = "model.diffusion_model.", original_vae = "first_stage_model.";

/// Throws Error unless the network takes what the autoencoder decodes, and nothing else.
void check_unet_input(const CheckpointPart& part, const Json& unet, const Json& vae);

/// The names below the prefix of the UNet with this config. Empty: its blocks differ in their number of layers, and no
/// such network was made before diffusers. Throws Error like UNetConfig.
KeyMap original_unet_names(const Json& config);

/// The names below the prefix, for `blocks` resolutions with `layers` residual blocks each.
KeyMap unet_key_map(int64_t blocks, int64_t layers);

}  // namespace fanlight
