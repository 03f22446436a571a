#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/families/flux_2/config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// diffusers' Flux2Transformer2DModel as layers. Rows are computed one after the other; what depends on the text alone
/// is computed once for all evaluations. The conditioning is the text's tokens, `context` with those of its padding,
/// and as `numbers` the height and width of the pictures in tokens.
std::vector<LayerPlan> flux_2_layers(const Flux2Config& config, const Weights& weights);

/// What the first layer takes. x: [R, channels, h, w]; timestep: from 1000 at pure noise down. The last layer leaves
/// the flow, in x's shape.
State flux_2_input(const at::Tensor& x, double timestep);

}  // namespace fanlight
