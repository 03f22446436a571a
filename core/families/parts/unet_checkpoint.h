#pragma once

#include <cstdint>
#include <functional>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// The UNet, converted from the names of CompVis/stable-diffusion and Stability-AI/stablediffusion
/// ("input_blocks.1.0.…").
struct UNetCheckpoint {
    Json config;            ///< config.json of diffusers' UNet2DConditionModel, without "sample_size"
    TensorEntries tensors;  ///< under diffusers' names
};

/// `heads(width)`: number of heads of a layer of that width, which no shape determines. Throws Error naming a missing,
/// surplus or impossible tensor.
UNetCheckpoint read_unet(const CheckpointPart& part, const std::function<int64_t(int64_t width)>& heads);

/// The names below the prefix, for `blocks` resolutions with `layers` residual blocks each.
KeyMap unet_key_map(int64_t blocks, int64_t layers);

}  // namespace fanlight
