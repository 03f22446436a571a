#pragma once

#include <string>
#include <vector>

#include "core/families/parts/unet_config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// The UNet's initial state. x: [B, in_channels, h, w]; guidance: [B] float32 scales for a network that takes them,
/// else undefined. The layers add `temb`, [1 or B, time_width] (one row if all images are at the same step and
/// guidance, and nothing is told of a whole picture), and, on the way down, `skip.0`, `skip.1`, …, which are taken out
/// again on the way up.
State unet_input(const at::Tensor& x, double timestep, const at::Tensor& guidance);

/// All layers in the order in which they run.
std::vector<LayerPlan> unet_layers(const UNetConfig& config, const Weights& weights);

}  // namespace fanlight
